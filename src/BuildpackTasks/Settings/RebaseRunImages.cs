using BuildpackTasks.Debian;
using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;

namespace BuildpackTasks;

/// <summary>The run images of a rebase: each is found or assembled once for all images that are moved to it.</summary>
/// <param name="runImages">Finds and assembles.</param>
/// <param name="asked"><c>RunImage</c>, or null where each image says which it wants.</param>
/// <param name="debianMirror"><c>DebianMirror</c>, or null.</param>
/// <param name="debianKeyring"><c>DebianKeyring</c>, or null.</param>
/// <param name="progress">Told of long work.</param>
internal sealed class RebaseRunImages(RunImages runImages, string? asked, string? debianMirror, string? debianKeyring, IProgress<string> progress) : IRunImageSource
{
    private readonly SharedWork<RunImageRequest, ResolvedImage> found = new();
    private readonly SharedWork<(string Reference, Platform Platform), ImageConfig?> configs = new();

    /// <inheritdoc/>
    public Task<ResolvedImage> FindAsync(string name, BuildpacksImage image, CancellationToken cancellationToken)
    {
        var request = new RunImageRequest(name, image.Image.Config.Platform) { DebianMirror = debianMirror, DebianKeyring = debianKeyring };
        // What an image says of itself does not choose files of this machine.
        if (name != asked && !IsPublic(name)) throw TaskErrors.LocalRunImage(image.Name, name);
        if (DebianRunImageName.IsMeant(name)) request = request with { IncludesIcu = DebianRunImageRequest.For(DebianRunImageName.Parse(name), image).IncludeIcu };
        return found.GetAsync(request, token => runImages.ResolveAsync(request, progress, token), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<ImageConfig?> FindConfigAsync(string reference, Platform platform, CancellationToken cancellationToken)
    {
        if (!IsPublic(reference)) return null;
        try
        {
            return await configs.GetAsync((reference, platform), async token => (await runImages.FindAsync(reference, platform, token))?.Config, cancellationToken);
        }
        catch (CodedException)
        {
            // It need not be there any more.
            return null;
        }
    }

    private static bool IsPublic(string name) => name == "scratch" || DebianRunImageName.IsMeant(name) || ImageLocation.IsInRegistry(name);
}
