using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// How a layer is stored, beside its diff ID: with these a later build knows the layer again without making it, from the
/// registry alone.
/// </summary>
/// <param name="Fingerprint">What the layer was made from.</param>
/// <param name="Digest">The digest of its compressed bytes.</param>
/// <param name="Size">The length of its compressed bytes.</param>
public sealed record StoredLayer(Digest Fingerprint, Digest Digest, long Size);
