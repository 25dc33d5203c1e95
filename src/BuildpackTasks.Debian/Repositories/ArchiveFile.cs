using BuildpackTasks.Oci;

namespace BuildpackTasks.Debian;

/// <summary>A file that a Release lists.</summary>
/// <param name="Digest">The digest of its bytes.</param>
/// <param name="Size">Its length in bytes.</param>
internal sealed record ArchiveFile(Digest Digest, long Size);
