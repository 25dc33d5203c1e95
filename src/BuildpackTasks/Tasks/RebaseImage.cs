using System.Runtime.CompilerServices;
using BuildpackTasks.Debian;
using BuildpackTasks.DotNet;
using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;
using Microsoft.Build.Framework;

namespace BuildpackTasks;

/// <summary>Puts images on a newer operating system or .NET without building them, and moves their tags.</summary>
[MSBuildMultiThreadableTask]
public sealed class RebaseImage : FleetTask
{
    /// <summary>The project that the task belongs to, as an absolute path: its restore gets runtime packs.</summary>
    [Required]
    public string ProjectFile { get; set; } = "";

    /// <summary><c>Image</c>: images with their tags, separated by semicolons.</summary>
    public string? Image { get; set; }

    /// <summary><c>ImageList</c>: a file with one image a line.</summary>
    public string? ImageList { get; set; }

    /// <summary><c>ImageRepository</c>: repositories whose tags are rebased, separated by semicolons.</summary>
    public string? ImageRepository { get; set; }

    /// <summary><c>ImageTagPattern</c>: which tags; empty for all.</summary>
    public string? ImageTagPattern { get; set; }

    /// <summary><c>ImageCatalog</c>: the registry whose repositories are rebased.</summary>
    public string? ImageCatalog { get; set; }

    /// <summary><c>ImageRepositoryPattern</c>: which repositories of the registry; empty for all.</summary>
    public string? ImageRepositoryPattern { get; set; }

    /// <summary><c>RebaseLayers</c>: which parts are replaced; empty for what the other properties ask for.</summary>
    public string? Layers { get; set; }

    /// <summary><c>RunImage</c>: the run image to move to; empty for what each image's own reference holds today.</summary>
    public string? RunImage { get; set; }

    /// <summary><c>DotNetRuntimeVersion</c>: the runtime to move to; empty for the newest patch that the SDK knows.</summary>
    public string? RuntimeVersion { get; set; }

    /// <summary><c>DotNetRuntimeRollForward</c>: <c>LatestPatch</c> or <c>Minor</c>; empty for LatestPatch.</summary>
    public string? RuntimeRollForward { get; set; }

    /// <summary><c>KeepTag</c>: the tag under which what is replaced stays reachable; empty for none.</summary>
    public string? KeepTag { get; set; }

    /// <summary><c>DryRun</c>: whether it is only shown what would change.</summary>
    public bool DryRun { get; set; }

    /// <summary><c>DebianMirror</c>: where packages come from; empty for what this machine's apt is set to.</summary>
    public string? DebianMirror { get; set; }

    /// <summary><c>DebianKeyring</c>: whose signature is trusted; empty for what this machine's apt is set to.</summary>
    public string? DebianKeyring { get; set; }

    /// <summary>The SDK's <c>KnownFrameworkReference</c> items: the newest patches that it knows.</summary>
    public ITaskItem[] KnownFrameworks { get; set; } = [];

    /// <inheritdoc/>
    private protected override async Task<CredentialTargets> CredentialTargetsAsync(CancellationToken cancellationToken)
    {
        List<string> written = [.. CredentialTargets.RegistriesOf(Images().Concat(ItemValues.Split(ImageRepository)))];
        if (ImageCatalog.OrNull() is { } catalog) written.Add(CredentialTargets.Registry(catalog));
        if (ImageList.OrNull() is { } list) written.AddRange(await FleetRegistries.OfListAsync(Path.GetFullPath(list, ProjectDirectory), cancellationToken));
        return CredentialTargets.Of(Registry.OrNull(), written, CredentialTargets.RegistriesOf(RunImage.OrNull() is { } runImage ? [runImage] : []));
    }

    /// <inheritdoc/>
    private protected override async Task RunAsync(ImageSession session, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> images = Images();
        if (images.Count == 0 && ImageList.OrNull() is null && ImageRepository.OrNull() is null && ImageCatalog.OrNull() is null) throw TaskErrors.NoImageNamed();
        FleetSettings settings = FleetSettings with
        {
            DryRun = DryRun,
            KeepTag = KeepTag.OrNull() is { } keep ? Lifecycle.KeepTag.Parse(keep) : null,
            Request = Asked(),
        };
        // Before any tag is moved.
        GlobPatterns tags = GlobPatterns.Parse(ImageTagPattern, nameof(ImageTagPattern));
        GlobPatterns repositories = GlobPatterns.Parse(ImageRepositoryPattern, nameof(ImageRepositoryPattern));
        using var packs = new PackRestore(BuildEngine, ProjectFile);
        Rebaser rebaser = Rebaser(session, packs);
        var fleet = new FleetRebaser(location => Open(session, location), rebaser.RebaseAsync, settings);
        await ReportAsync(await fleet.RunAsync(ItemsAsync(session, settings, images, tags, repositories, cancellationToken), Announcements, cancellationToken));
    }

    // MSBuild takes environment variables for properties, and IMAGE is a name that build servers use: only who sets the property means it.
    private IReadOnlyList<string> Images()
    {
        bool isSet = BuildEngine is not IBuildEngine6 engine || engine.GetGlobalProperties().ContainsKey(nameof(Image));
        return !isSet && RegistrySettings.Variables().Any(variable => variable.Key.Equals(nameof(Image), StringComparison.OrdinalIgnoreCase) && variable.Value == Image) ? [] : ItemValues.Split(Image);
    }

    private Rebaser Rebaser(ImageSession session, PackRestore packs)
    {
        RebaseParts parts = RebaseParts.Parse(Layers.OrNull(), RunImage.OrNull(), RuntimeVersion.OrNull());
        string? mirror = DebianMirror.OrNull();
        string? keyring = DebianKeyring.AbsolutePaths(ProjectDirectory);
        LayerCache cache = session.CacheKnowing(null);
        var updaters = new List<ILayerUpdater>();
        if (parts.DotNetRuntime)
        {
            var runtime = new DotNetRuntimeUpdater(
                packs.GetAsync, cache, AppItems.KnownRuntimes(KnownFrameworks), RuntimeVersion.OrNull() is { } version ? AppItems.RuntimeVersion(version) : null, Policy());
            updaters.Add(RuntimeVersion.OrNull() is null ? new OptionalRuntime(runtime) : runtime);
        }
        if (parts.DebianPackages) updaters.Add(new DebianPackagesUpdater(DebianSources.FromMachine(mirror, keyring), cache, TimeProvider.System, Details));
        Say($"  {parts.Describe(RunImage.OrNull(), RuntimeVersion.OrNull())}{(Force ? ", by force" : "")}");
        return new Rebaser(
            new RebaseSettings { ReplacesRunImage = parts.RunImage, RunImage = RunImage.OrNull(), Force = Force },
            new RebaseRunImages(session.RunImages(), RunImage.OrNull(), mirror, keyring, Details),
            new DebianSystemReader(cache),
            updaters);
    }

    private RuntimeUpdatePolicy Policy() => RuntimeRollForward.OrNull() is not { } text ? RuntimeUpdatePolicy.LatestPatch
        : Enum.TryParse(text, ignoreCase: true, out RuntimeUpdatePolicy policy) && Enum.IsDefined(policy) ? policy
        : throw TaskErrors.BadValue("DotNetRuntimeRollForward", text, $"one of {string.Join(", ", Enum.GetNames<RuntimeUpdatePolicy>())}");

    private async IAsyncEnumerable<FleetItem> ItemsAsync(
        ImageSession session, FleetSettings settings, IReadOnlyList<string> images, GlobPatterns tagPatterns, GlobPatterns repositoryPatterns, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (string image in images) yield return FleetItem.Parse(image, ProjectDirectory);
        if (ImageList.OrNull() is { } list)
        {
            await foreach (FleetItem item in FleetList.ReadAsync(Path.GetFullPath(list, ProjectDirectory), cancellationToken)) yield return item;
        }
        var listing = new RegistryListing(session.Registries);
        var tags = new FleetTags(settings, listing.TagsAsync, listing.RepositoriesAsync);
        foreach (string repository in ItemValues.Split(ImageRepository))
        {
            await foreach (FleetItem item in tags.OfRepositoryAsync(repository, tagPatterns, cancellationToken)) yield return item;
        }
        if (ImageCatalog.OrNull() is { } catalog)
        {
            await foreach (FleetItem item in tags.OfRegistryAsync(catalog, repositoryPatterns, tagPatterns, cancellationToken)) yield return item;
        }
    }

    // An interrupted run goes on only where the same is asked for.
    private Dictionary<string, string> Asked()
    {
        var asked = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, string? value) in (IEnumerable<(string, string?)>)[
            (nameof(Image), Image), (nameof(ImageList), ImageList), (nameof(ImageRepository), ImageRepository), (nameof(ImageTagPattern), ImageTagPattern),
            (nameof(ImageCatalog), ImageCatalog), (nameof(ImageRepositoryPattern), ImageRepositoryPattern), ("RebaseLayers", Layers), (nameof(RunImage), RunImage),
            ("DotNetRuntimeVersion", RuntimeVersion), ("DotNetRuntimeRollForward", RuntimeRollForward), (nameof(KeepTag), KeepTag), ("ForceRebase", Force ? "true" : null),
            (nameof(DebianMirror), DebianMirror)])
        {
            if (value.OrNull() is { } set) asked.Add(name, set);
        }
        return asked;
    }
}
