using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>A layer in the report.</summary>
/// <param name="Name">What messages call it; <c>run image</c> for each of the run image's.</param>
/// <param name="Digest">The digest of its compressed bytes.</param>
/// <param name="DiffId">The digest of its bytes without compression.</param>
/// <param name="Size">The length of its compressed bytes.</param>
/// <param name="Fingerprint">What it was made from; null where that is not known.</param>
/// <param name="Origin">Where it was found, or that it was made in this build; null for a layer that came with the run image.</param>
/// <param name="Reason">Why it was reused or made: one clause.</param>
public sealed record ReportedLayer(string Name, Digest Digest, Digest DiffId, long Size, Digest? Fingerprint, LayerOrigin? Origin, string Reason)
{
    /// <summary>What was done so that it is where the image is; null where the image went nowhere yet.</summary>
    public BlobTransferKind? Transfer { get; init; }
}
