using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>A layer in the report.</summary>
/// <param name="Name">What messages call it.</param>
/// <param name="Digest">The digest of its compressed bytes.</param>
/// <param name="DiffId">The digest of its bytes without compression.</param>
/// <param name="Size">The length of its compressed bytes.</param>
/// <param name="Fingerprint">What it was made from.</param>
/// <param name="Origin">Where it was found, or that it was made in this build.</param>
public sealed record ReportedLayer(string Name, Digest Digest, Digest DiffId, long Size, Digest Fingerprint, LayerOrigin Origin);
