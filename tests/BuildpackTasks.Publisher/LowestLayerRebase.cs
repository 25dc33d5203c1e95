using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Publisher;

/// <summary>
/// The simplest rebase there is, for tests of what is around it: the lowest layer of an image gives way to those of a run image in a
/// registry, which is asked for once.
/// </summary>
public sealed class LowestLayerRebase
{
    private readonly Lazy<Task<Image>> onto;

    /// <param name="registries">Speaks to registries.</param>
    /// <param name="runImage">The run image.</param>
    public LowestLayerRebase(RegistryClient registries, ImageReference runImage) =>
        onto = new(async () => await new RegistryStore(registries, runImage).ReadAsync(null, new Platform("linux", "amd64"), default)
            ?? throw new InvalidOperationException($"{runImage} is not there"));

    /// <summary>Computes the image on the run image's layers.</summary>
    public async Task<RebaseResult> RebaseAsync(TaggedImage tagged, string name, CancellationToken cancellationToken)
    {
        Image runImage = await onto.Value.WaitAsync(cancellationToken);
        return new RebaseResult(tagged, [.. tagged.Images.Select(image => Rebase(image, runImage))], null);
    }

    private static RebasedImage Rebase(Image image, Image runImage)
    {
        ILayer before = image.Layers[0], after = runImage.Layers[0];
        if (before.DiffId == after.DiffId) return new RebasedImage(image, image, [], [], []);
        var change = new RebaseChange("run image", $"{before.DiffId}", $"{after.DiffId}", [new LayerChange("run image", before, after)], [new PackageChange("libssl3t64", "3.5.1-1", "3.5.2-1", false)]);
        return new RebasedImage(image, image.Rebase(1, runImage), [change], [], []);
    }
}
