using BuildpackTasks.Oci;

namespace BuildpackTasks.Debian;

/// <summary>
/// Assembles run images from packages: resolved, verified and unpacked as data. No root, no chroot, and no maintainer script
/// is run; what a script would have made that an app needs is made here.
/// </summary>
/// <param name="sources">Where packages come from.</param>
/// <param name="cache">Where packages and layers are kept.</param>
/// <param name="time">The clock that tells whether a suite may still be used.</param>
/// <param name="progress">Is told what takes time, or null.</param>
public sealed class DebianImageAssembler(DebianSources sources, LayerCache cache, TimeProvider time, IProgress<string>? progress = null)
{
    /// <summary>Whose packages they are.</summary>
    internal const string Distribution = "debian";

    private const string SearchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>The run image: one layer, and a config that runs processes as the user 1654.</summary>
    /// <param name="request">Which one.</param>
    /// <param name="cancellationToken">Stops the work; what was fetched is kept.</param>
    /// <exception cref="DebianException">BPT4001 to BPT4040: packages cannot be had, trusted, resolved or unpacked.</exception>
    /// <exception cref="OciException">BPT1013 or BPT1014: the layer cache is full or cannot be written.</exception>
    public async Task<Image> AssembleAsync(DebianRunImageRequest request, CancellationToken cancellationToken)
    {
        string suite = request.Name.Suite;
        using var repository = new DebianRepository(sources, Distribution, suite, request.Platform, cache, time, progress);
        IReadOnlyList<Pocket> pockets = await repository.OpenAsync(cancellationToken);
        IReadOnlyList<ResolvedPackage> packages = await repository.ResolveAsync(
            pockets, index => RunImagePackages.Find(index, request.IncludeIcu), RunImagePackages.Question(request.IncludeIcu), [], cancellationToken);
        KnownLayer layer = await cache.GetOrCreateAsync(
            PackageLayer.Fingerprint("run image", packages),
            async token =>
            {
                IReadOnlyList<UnpackedPackage> unpacked = await repository.Packages.GetAsync(packages, progress, token);
                IReadOnlyCollection<LayerEntry> entries = await new PackageLayer(repository.Packages).EntriesAsync([.. packages.Zip(unpacked)], token);
                return LayerContents.Create([.. entries, .. RunImageFiles.Entries(entries)]);
            },
            LayerCompression.Smallest,
            cancellationToken);

        return Image.Empty(request.Platform)
            .Append(layer, new HistoryEntry($"{request.Name}: {string.Join(", ", packages.Select(static package => $"{package.Name} {package.Version}"))}"))
            .WithConfig(config => config
                .WithUser($"{RunImageFiles.AppId}:{RunImageFiles.AppId}")
                .WithEnvironmentVariable("PATH", SearchPath)
                .WithEnvironmentVariable("APP_UID", $"{RunImageFiles.AppId}")
                .WithLabels(Labels(pockets[0].Release)));
    }

    // Platform specification, "Run Image".
    private static Dictionary<string, string> Labels(ReleaseFile release)
    {
        var labels = new Dictionary<string, string>
        {
            ["io.buildpacks.base.id"] = $"{Distribution}-{release.Codename ?? release.Suite}",
            ["io.buildpacks.base.distro.name"] = Distribution,
        };
        // The version of os-release is that of the release; the archive counts point releases too.
        if (release.Version is { } version) labels["io.buildpacks.base.distro.version"] = version.Split('.')[0];
        return labels;
    }
}
