namespace BuildpackTasks.Oci;

/// <summary>The layers of an image that was published before, by what they were made from.</summary>
/// <param name="layers">The layers; of two with one fingerprint the first counts.</param>
public sealed class ImageLayerIndex(IEnumerable<KnownLayer> layers) : ILayerIndex
{
    private readonly Dictionary<Digest, KnownLayer> byFingerprint = layers.DistinctBy(static layer => layer.Fingerprint).ToDictionary(static layer => layer.Fingerprint);

    /// <summary>All layers.</summary>
    public IReadOnlyCollection<KnownLayer> Layers => byFingerprint.Values;

    /// <inheritdoc/>
    public Task<KnownLayer?> FindAsync(Digest fingerprint, CancellationToken cancellationToken) => Task.FromResult(byFingerprint.GetValueOrDefault(fingerprint));
}
