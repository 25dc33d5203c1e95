using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>Says why layers were reused or made.</summary>
/// <param name="analyzed">What was known of earlier images.</param>
internal sealed class LayerReasons(AnalyzedFile analyzed)
{
    /// <summary>Why: one clause.</summary>
    /// <param name="origin">Where the layer was found; null for one that came with the run image.</param>
    /// <param name="layer">The layer, where it is not the run image's.</param>
    public string Of(LayerOrigin? origin, ExportedLayer? layer = null) => origin switch
    {
        null => "it came with the run image",
        LayerOrigin.Cache => "the layer cache of this machine has it",
        LayerOrigin.PreviousImage => "the previous image has it",
        LayerOrigin.CacheRepository => "the cache repository has it",
        _ when layer is not null && IsOther(layer) => "it is not what it was in the previous image, and no cache has it",
        _ when analyzed.PreviousImage is null => "there is no previous image, and no cache has it",
        _ when analyzed.PreviousMetadata?.StoredLayers.Any() != true => "the previous image does not say what its layers were made from, and no cache has it",
        _ => "neither the previous image nor a cache has it",
    };

    private bool IsOther(ExportedLayer layer) =>
        analyzed.PreviousMetadata?.Buildpacks.FirstOrDefault(buildpack => buildpack.Id == layer.Buildpack)?.Layers.GetValueOrDefault(layer.Name)?.Stored is { } stored
        && stored.Fingerprint != layer.Layer.Fingerprint;
}
