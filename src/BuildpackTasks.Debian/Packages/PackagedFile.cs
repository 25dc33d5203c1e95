using BuildpackTasks.Oci;

namespace BuildpackTasks.Debian;

/// <summary>What a package has at a path.</summary>
/// <param name="Path">The path, <c>/</c>-separated, without a leading slash.</param>
/// <param name="Type">What is there.</param>
/// <param name="Mode">Its permission bits.</param>
/// <param name="UserId">Its owner.</param>
/// <param name="GroupId">Its group.</param>
/// <param name="LinkTarget">A symbolic link's target as written; null for anything else.</param>
/// <param name="Offset">Where a file's bytes start among those of the package.</param>
/// <param name="Length">How many they are.</param>
/// <param name="Digest">Their digest, as text; null for anything but a file.</param>
internal sealed record PackagedFile(string Path, LayerEntryType Type, UnixFileMode Mode, int UserId, int GroupId, string? LinkTarget, long Offset, long Length, string? Digest);
