namespace BuildpackTasks.Oci;

/// <summary>What is known of content before it is read (OCI image specification, "Descriptors").</summary>
/// <param name="MediaType">What the content is.</param>
/// <param name="Digest">The digest of its bytes.</param>
/// <param name="Size">Its length in bytes.</param>
public sealed record Descriptor(string MediaType, Digest Digest, long Size);
