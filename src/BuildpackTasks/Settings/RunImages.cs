using BuildpackTasks.Debian;
using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;

namespace BuildpackTasks;

/// <summary>
/// Run images by the names that users write. Analysis resolves one and pins it; later phases open the very same again, from
/// what the cache keeps of it.
/// </summary>
/// <param name="registries">Speaks to registries.</param>
/// <param name="cache">Keeps manifests, configs and assembled layers.</param>
/// <param name="projectDirectory">What relative paths are relative to.</param>
internal sealed class RunImages(RegistryClient registries, LayerCache cache, string projectDirectory)
{
    /// <summary>Finds or assembles a run image.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="progress">Told of long work.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="CodedException">BPT5017: there is no such image; or why it cannot be read or assembled.</exception>
    public async Task<ResolvedImage> ResolveAsync(RunImageRequest request, IProgress<string> progress, CancellationToken cancellationToken)
    {
        if (DebianRunImageName.IsMeant(request.Name)) return await AssembleAsync(DebianRunImageName.Parse(request.Name), request, progress, cancellationToken);

        ImageLocation location = ImageLocation.Parse(request.Name, projectDirectory);
        if (location.Kind == ImageLocationKind.Scratch) return new ResolvedImage(request.Name, request.Name, Image.Empty(request.Platform));
        Image image = await Open(location).ReadAsync(location.Selector, request.Platform, cancellationToken) ?? throw TaskErrors.RunImageNotFound(request.Name, request.Platform);
        return new ResolvedImage(request.Name, location.Pinned(image.Digest), image);
    }

    /// <summary>Opens the image that analysis found.</summary>
    /// <param name="analyzed">What analysis left.</param>
    /// <param name="elsewhere">Gives layers that an assembled image can have elsewhere than in the cache.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="CodedException">BPT5020: it is gone; or why it cannot be read.</exception>
    public async Task<ResolvedImage> ReopenAsync(AnalyzedRunImage analyzed, Func<CancellationToken, Task<IReadOnlyCollection<KnownLayer>>> elsewhere, CancellationToken cancellationToken)
    {
        Image? image = await FindAsync(analyzed.Reference, analyzed.Facts.Platform, cancellationToken);
        if (image is null && DebianRunImageName.IsMeant(analyzed.Name))
            image = await new CachedImages(cache.Content).FindAsync(AssembledDigest(analyzed.Reference), analyzed.Name, await elsewhere(cancellationToken), cancellationToken);
        return new ResolvedImage(analyzed.Name, analyzed.Reference, image ?? throw TaskErrors.RunImageGone(analyzed.Name)) { Fingerprints = analyzed.Fingerprints };
    }

    /// <summary>The image that was found by a name once.</summary>
    /// <param name="reference">The name, pinned to what was found.</param>
    /// <param name="platform">What it is for.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The image, or null where it is gone.</returns>
    /// <exception cref="CodedException">It cannot be read.</exception>
    public async Task<Image?> FindAsync(string reference, Platform platform, CancellationToken cancellationToken)
    {
        if (DebianRunImageName.IsMeant(reference)) return await new CachedImages(cache.Content).FindAsync(AssembledDigest(reference), reference, cancellationToken);
        ImageLocation location = ImageLocation.Parse(reference, projectDirectory);
        return location.Kind == ImageLocationKind.Scratch ? Image.Empty(platform) : await Open(location).ReadAsync(location.Selector, platform, cancellationToken);
    }

    /// <summary>Whether a run image may be asked for before it is needed: a file may be written by the build itself.</summary>
    /// <param name="name">What the user wrote: <c>RunImage</c>.</param>
    /// <param name="projectDirectory">What relative paths are relative to.</param>
    /// <exception cref="CodedException">The name is none.</exception>
    public static bool IsElsewhere(string name, string projectDirectory) =>
        DebianRunImageName.IsMeant(name) || ImageLocation.Parse(name, projectDirectory) is { Reference: not null } or { Kind: ImageLocationKind.Scratch };

    private async Task<ResolvedImage> AssembleAsync(DebianRunImageName name, RunImageRequest request, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var assembler = new DebianImageAssembler(DebianSources.FromMachine(request.DebianMirror, request.DebianKeyring), cache, TimeProvider.System, progress);
        Image image = await assembler.AssembleAsync(new DebianRunImageRequest { Name = name, Platform = request.Platform, IncludeIcu = request.IncludesIcu }, cancellationToken);
        await new CachedImages(cache.Content).KeepAsync(image, cancellationToken);
        return new ResolvedImage(request.Name, $"{request.Name}@{image.Digest}", image);
    }

    private static Digest AssembledDigest(string reference) => Digest.Parse(reference[(reference.LastIndexOf('@') + 1)..]);

    private IImageStore Open(ImageLocation location) => location.OpenStore(registries, cache.Content)!;
}
