using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Debian;

/// <summary>
/// Brings the layer of <see cref="DebianPackagesBuildpack"/> to the newest versions of its packages in the suite of the run image
/// that an image will have: what was asked for is resolved as a build would, so the layer is the one that a build makes. One updater
/// serves all images of a run: a suite is asked once, and a layer is made once.
/// </summary>
/// <param name="sources">Where packages come from.</param>
/// <param name="cache">Where packages and layers are kept.</param>
/// <param name="time">The clock that tells whether a suite may still be used.</param>
/// <param name="progress">Is told what takes time, or null.</param>
public sealed class DebianPackagesUpdater(DebianSources sources, LayerCache cache, TimeProvider time, IProgress<string>? progress = null) : ILayerUpdater
{
    // How many packages a line of a summary names.
    private const int MaxNamed = 3;

    private readonly SharedWork<Question, IReadOnlyList<Pocket>> suites = new();
    private readonly SharedWork<string, SystemRecord> systems = new();
    private readonly SharedWork<(Question Question, string Names, string RunImage), AddedPackages> resolutions = new();
    private readonly SharedWork<Digest, KnownLayer> layers = new();

    /// <inheritdoc/>
    public string Name => DebianPackagesBuildpack.Layer.ToString();

    /// <inheritdoc/>
    /// <exception cref="DebianException">
    /// BPT4050: the suite has no such package any more. BPT4052: the run image is not one that packages can be added to. BPT4053,
    /// BPT4054: a record or the image's metadata is malformed. BPT4001 to BPT4031: packages cannot be had, trusted, resolved or unpacked.
    /// </exception>
    public async Task<LayerUpdate?> UpdateAsync(BuildpacksImage image, IReadOnlyList<ILayer> runImage, CancellationToken cancellationToken)
    {
        if (NotedPackages.Of(image) is not { } noted) return null;
        string runImageKey = SystemRecord.KeyOf(runImage);
        SystemRecord system = await systems.GetAsync(runImageKey, token => SystemRecord.ReadAsync(runImage, cache, image.Name, token), cancellationToken);
        IReadOnlyList<Package> present = system.DebianPackages(image.Name);
        // The image says of which suite it is, and the suite becomes a part of addresses: it has to be a name.
        string? suite = DebianRunImageName.IsSuite(system.System.Codename) ? system.System.Codename : null;
        if (system.System.Id is not ("debian" or "ubuntu") || suite is null || present.Count == 0)
            throw DebianErrors.CannotUpdateOn(image.Name, system.System.Id, suite is not null);

        var question = new Question(system.System.Id, suite, image.Image.Config.Platform);
        IReadOnlyList<Pocket> pockets = await suites.GetAsync(question, async token =>
        {
            using DebianRepository repository = Open(question);
            return await repository.OpenAsync(token);
        }, cancellationToken);
        AddedPackages added = await ResolveAsync(image, question, pockets, noted, present, runImageKey, cancellationToken);
        IReadOnlyList<PackageChange> changes = PackageChanges.Between(
            noted.Versions, added.Packages.ToDictionary(static package => package.Name, static package => package.Version, StringComparer.Ordinal), PackageChanges.IsOlder);
        if (changes.Count == 0) return null;

        KnownLayer layer = await layers.GetAsync(added.Fingerprint, token => MakeAsync(question, added, token), cancellationToken);
        PackageChange[] older = [.. changes.Where(static change => change.IsOlder)];
        return new LayerUpdate(
            DebianPackagesBuildpack.Id,
            new Dictionary<string, UpdatedLayer> { [Name] = new(layer, added.Metadata, null) },
            Describe(changes, static change => change.Before),
            Describe(changes, static change => change.After))
        {
            Packages = changes,
            Objections = older.Length == 0 ? [] : [DebianErrors.OlderPackages(image.Name, Describe(older, static change => $"{change.Before}, and the suite has {change.After}"))],
            Notes = added.Packages.Count == 0 ? ["The run image has all packages of the layer debian-packages now; the layer is empty."] : [],
        };
    }

    private async Task<AddedPackages> ResolveAsync(
        BuildpacksImage image, Question question, IReadOnlyList<Pocket> pockets, NotedPackages noted, IReadOnlyList<Package> present, string runImage, CancellationToken cancellationToken)
    {
        try
        {
            return await resolutions.GetAsync((question, string.Join(' ', noted.Requested), runImage), async token =>
            {
                using DebianRepository repository = Open(question);
                return await AddedPackages.ResolveAsync(repository, pockets, noted.Requested, present, token);
            }, cancellationToken);
        }
        catch (DebianException e) when (e.Code == DebianErrors.PackageNotFoundCode)
        {
            throw DebianErrors.PackageGone(image.Name, e);
        }
    }

    // The contents may be asked for once more, long after the image that they were made for is done.
    private Task<KnownLayer> MakeAsync(Question question, AddedPackages added, CancellationToken cancellationToken) => cache.GetOrCreateAsync(
        added.Fingerprint,
        async token =>
        {
            using DebianRepository repository = Open(question);
            return LayerContents.Create(await added.EntriesAsync(repository, progress, token));
        },
        LayerCompression.Smallest,
        cancellationToken);

    // Each piece of shared work has one of its own: whoever began it may have been stopped meanwhile.
    private DebianRepository Open(Question question) => new(sources, question.Distribution, question.Suite, question.Platform, cache, time, progress);

    private static string Describe(IReadOnlyList<PackageChange> changes, Func<PackageChange, string?> version)
    {
        string[] named = [.. changes.Where(change => version(change) is not null).Select(change => $"{change.Name} {version(change)}")];
        return named.Length == 0 ? "none" : string.Join(", ", named.Take(MaxNamed)) + (named.Length > MaxNamed ? $" and {named.Length - MaxNamed} more" : "");
    }

    private sealed record Question(string Distribution, string Suite, Platform Platform);
}
