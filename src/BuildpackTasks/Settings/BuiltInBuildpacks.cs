using BuildpackTasks.Debian;
using BuildpackTasks.DotNet;
using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;

namespace BuildpackTasks;

/// <summary>The buildpacks that the package brings, by their ids.</summary>
internal sealed class BuiltInBuildpacks
{
    private const string Prefix = "buildpacktasks/";

    private const string DebianPackages = Prefix + "debian-packages", DotNetRuntime = Prefix + "dotnet-runtime", DotNetApp = Prefix + "dotnet-app", Layers = Prefix + "layers";

    private static readonly string[] Ids = [DebianPackages, DotNetApp, DotNetRuntime, Layers];

    private readonly SortedDictionary<string, Func<IBuildpack>> known = new(StringComparer.Ordinal);

    /// <summary>The buildpacks for one build.</summary>
    /// <param name="settings">The properties and items.</param>
    /// <param name="project">What the build says of the app.</param>
    /// <param name="packs">The packages with parts of .NET; needed for the build, not for detection.</param>
    /// <param name="runImage">What the image is stacked on.</param>
    /// <param name="cache">Keeps Debian's packages and indexes, and remembers the digests of files.</param>
    /// <param name="progress">Told of long work.</param>
    public BuiltInBuildpacks(
        AppTask settings, PublishedProject project, IReadOnlyList<ResolvedPack> packs, ResolvedImage runImage, LayerCache cache, IProgress<string> progress)
    {
        known.Add(DotNetRuntime, () => new DotNetRuntimeBuildpack(project, packs));
        known.Add(DotNetApp, () => new DotNetAppBuildpack(project, packs, cache));
        known.Add(Layers, () => new ImageLayersBuildpack([.. settings.ImageLayers.Select(item => new ImageLayerSource(
            item.ItemSpec,
            Path.GetFullPath(item.Value("Source")?.Replace('\\', '/') ?? throw TaskErrors.BadItem("ImageLayer", item.ItemSpec, "set its Source metadata to a file or a directory"), settings.ProjectDirectory),
            item.GetMetadata("TargetPath").Trim()))]));
        known.Add(DebianPackages, () => new DebianPackagesBuildpack(
            [.. settings.DebianPackages.Select(static item => item.ItemSpec)],
            runImage.Image,
            runImage.Name,
            DebianSources.FromMachine(settings.DebianMirror.OrNull(), settings.DebianKeyring.AbsolutePaths(settings.ProjectDirectory)),
            cache,
            TimeProvider.System,
            progress));
    }

    /// <summary>Whether a name is that of a built-in buildpack: those have a prefix of their own.</summary>
    /// <param name="name">What the user wrote.</param>
    public static bool IsBuiltIn(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The id of a built-in buildpack.</summary>
    /// <param name="name">What the user wrote.</param>
    /// <exception cref="TaskException">BPT5016: there is none of this name.</exception>
    public static BuildpackId Require(string name) => Ids.Contains(name) ? BuildpackId.Parse(name) : throw TaskErrors.UnknownBuildpack(name, Ids);

    /// <summary>The buildpack with an id.</summary>
    /// <param name="id">The id, of <see cref="Require"/>.</param>
    public IBuildpack Create(BuildpackId id) => known[id.ToString()]();
}
