using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Debian;

/// <summary>
/// Adds Debian packages, with what they depend on and the run image does not have, as a layer of its own. The packages are of
/// the suite that the run image is made of.
/// </summary>
/// <param name="packages">The names of the packages that are asked for.</param>
/// <param name="runImage">The run image.</param>
/// <param name="runImageName">What messages call it.</param>
/// <param name="sources">Where packages come from.</param>
/// <param name="cache">Where packages are kept.</param>
/// <param name="time">The clock that tells whether a suite may still be used.</param>
/// <param name="progress">Is told what takes time, or null.</param>
public sealed class DebianPackagesBuildpack(
    IReadOnlyList<string> packages,
    Image runImage,
    string runImageName,
    DebianSources sources,
    LayerCache cache,
    TimeProvider time,
    IProgress<string>? progress = null) : IBuildpack
{
    /// <summary>The name of its layer.</summary>
    internal static LayerName Layer { get; } = LayerName.Parse("debian-packages");

    /// <summary>The id by which <c>Buildpack</c> items name it.</summary>
    public static BuildpackId Id { get; } = BuildpackId.Parse("buildpacktasks/debian-packages");

    /// <inheritdoc/>
    public BuildpackDescriptor Descriptor { get; } = new(Id, "0.1.0", "0.12", "Debian packages");

    /// <inheritdoc/>
    public Task<DetectResult> DetectAsync(DetectContext context, CancellationToken cancellationToken) =>
        Task.FromResult(packages.Count > 0
            ? DetectResult.Pass($"DebianPackage asks for {string.Join(", ", packages)}")
            : DetectResult.Fail("there are no DebianPackage items"));

    /// <inheritdoc/>
    /// <exception cref="DebianException">
    /// BPT4041, BPT4042: a name is no package's, or the run image is not one that packages can be added to. BPT4001 to BPT4031:
    /// packages cannot be had, trusted, resolved or unpacked. BPT4053: the run image's records are malformed.
    /// </exception>
    public async Task<BuildResult> BuildAsync(BuildContext context, CancellationToken cancellationToken)
    {
        if (packages.FirstOrDefault(static name => !Package.IsName(name)) is { } bad) throw DebianErrors.NotAPackageName(bad);
        string[] names = [.. packages.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        SystemRecord image = await SystemRecord.ReadAsync(runImage.Layers, cache, runImageName, cancellationToken);
        IReadOnlyList<Package> present = image.DebianPackages(runImageName);
        // The image says of which suite it is, and the suite becomes a part of addresses: it has to be a name.
        string? suite = DebianRunImageName.IsSuite(image.System.Codename) ? image.System.Codename : null;
        if (image.System.Id is not ("debian" or "ubuntu") || suite is null || present.Count == 0)
            throw DebianErrors.NotADebianImage(runImageName, image.System.Id, suite is not null);

        using var repository = new DebianRepository(sources, image.System.Id, suite, runImage.Config.Platform, cache, time, progress);
        AddedPackages added = await AddedPackages.ResolveAsync(repository, await repository.OpenAsync(cancellationToken), names, present, cancellationToken);
        if (added.Packages.Count == 0)
        {
            progress?.Report($"The run image has {string.Join(", ", names)} already");
            return new BuildResult();
        }

        Digest fingerprint = added.Fingerprint;
        return new BuildResult
        {
            Layers =
            [
                new BuildpackLayer
                {
                    Name = Layer,
                    Fingerprint = fingerprint,
                    Entries = await context.IsKnownAsync(fingerprint, cancellationToken) ? null : await added.EntriesAsync(repository, progress, cancellationToken),
                    Metadata = added.Metadata,
                },
            ],
        };
    }
}
