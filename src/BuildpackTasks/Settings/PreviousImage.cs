using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;

namespace BuildpackTasks;

/// <summary>The image that layers are reused from.</summary>
/// <param name="Reference">Where it is, with the digest of its manifest.</param>
/// <param name="Metadata">What it says of its layers, as far as that holds.</param>
internal sealed record PreviousImage(ImageReference Reference, LifecycleMetadata Metadata)
{
    /// <summary>The previous image that analysis found, or null where it found none whose layers are known.</summary>
    /// <param name="analyzed">What analysis left.</param>
    public static PreviousImage? Of(AnalyzedFile analyzed) =>
        analyzed is { PreviousImage: { } text, PreviousMetadata: { } metadata } && ImageReference.TryParse(text, out ImageReference? reference) ? new PreviousImage(reference, metadata) : null;

    /// <summary>Its layers whose fingerprints are known. None is asked for.</summary>
    /// <param name="registries">Speaks to registries.</param>
    /// <param name="content">Where the bytes of some may be.</param>
    public IEnumerable<KnownLayer> Layers(RegistryClient registries, ContentStore content)
    {
        if (Reference.Digest is not { } manifest) yield break;
        var store = new RegistryStore(registries, Reference, content);
        foreach ((Digest diffId, StoredLayer layer) in Metadata.StoredLayers)
        {
            var descriptor = new Descriptor(MediaTypes.OciLayerGzip, layer.Digest, layer.Size);
            yield return new KnownLayer(layer.Fingerprint, LayerOrigin.PreviousImage, store.Layer(descriptor, diffId, manifest));
        }
    }
}
