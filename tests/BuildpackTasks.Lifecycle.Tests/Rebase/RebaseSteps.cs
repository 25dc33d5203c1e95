using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>A rebase of one image, as tests ask for it.</summary>
internal static class RebaseSteps
{
    public static TaggedImage Tagged(this Image image) => new(image.Descriptor, image.ManifestBytes, [image]);

    public static async Task<RebasedImage> RebaseAsync(
        this Image image, FixedRunImages runImages, RebaseSettings? settings = null, FixedSystems? systems = null, params ILayerUpdater[] updaters) =>
        (await new Rebaser(settings ?? new RebaseSettings(), runImages, systems ?? new FixedSystems(), updaters).RebaseAsync(image.Tagged(), "web:1", CancellationToken.None)).Images[0];
}
