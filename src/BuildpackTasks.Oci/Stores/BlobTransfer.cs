namespace BuildpackTasks.Oci;

/// <summary>How a blob came to be where an image was written.</summary>
/// <param name="Blob">The blob.</param>
/// <param name="Kind">What was done.</param>
public sealed record BlobTransfer(Descriptor Blob, BlobTransferKind Kind);
