using BuildpackTasks.Oci;

namespace BuildpackTasks.Debian;

/// <summary>The packages of a layer: those that were asked for, and all that were added for them.</summary>
/// <param name="Requested">The names of those that were asked for, sorted.</param>
/// <param name="Packages">All that the layer holds, sorted by name; empty where the run image has what was asked for.</param>
internal sealed record AddedPackages(IReadOnlyList<string> Requested, IReadOnlyList<ResolvedPackage> Packages)
{
    /// <summary>What is noted of the layer: what was asked for, and what was added.</summary>
    public const string RequestedKey = "requested", PackagesKey = "packages";

    /// <summary>What decides the layer.</summary>
    public Digest Fingerprint => PackageLayer.Fingerprint("packages", Packages);

    /// <summary>What is noted of the layer.</summary>
    public IReadOnlyDictionary<string, object> Metadata => new Dictionary<string, object>
    {
        [RequestedKey] = (object[])[.. Requested],
        [PackagesKey] = (object[])[.. Packages.Select(static package => $"{package.Name} {package.Version}")],
    };

    /// <summary>Finds the packages of a suite that are to be added to a system.</summary>
    /// <param name="repository">The suite.</param>
    /// <param name="pockets">The suite and its pockets as they are now.</param>
    /// <param name="names">What is asked for, sorted.</param>
    /// <param name="present">What the system has.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DebianException">BPT4001 to BPT4023: there is no answer, or it cannot be had.</exception>
    public static async Task<AddedPackages> ResolveAsync(
        DebianRepository repository, IReadOnlyList<Pocket> pockets, IReadOnlyList<string> names, IReadOnlyList<Package> present, CancellationToken cancellationToken) => new(
            names,
            await repository.ResolveAsync(pockets, _ => [.. names.Select(DependencyClause.On)], $"packages {string.Join(' ', names)}", present, cancellationToken));

    /// <summary>What the layer holds.</summary>
    /// <param name="repository">The suite.</param>
    /// <param name="progress">Is told what takes time, or null.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="DebianException">A package cannot be had or unpacked.</exception>
    public async Task<IReadOnlyList<LayerEntry>> EntriesAsync(DebianRepository repository, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        IReadOnlyList<UnpackedPackage> unpacked = await repository.Packages.GetAsync(Packages, progress, cancellationToken);
        IReadOnlyCollection<LayerEntry> entries = await new PackageLayer(repository.Packages).EntriesAsync([.. Packages.Zip(unpacked)], cancellationToken);
        return [.. entries.OrderBy(static entry => entry.Path, StringComparer.Ordinal)];
    }
}
