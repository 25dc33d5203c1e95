namespace BuildpackTasks.Debian;

/// <summary>What a package file holds, as it is remembered once it was unpacked.</summary>
/// <param name="Control">The control file.</param>
/// <param name="Md5Sums">The list of its files' MD5 sums, or null.</param>
/// <param name="Content">The digest of the bytes of all its files, one after the other.</param>
/// <param name="Files">What it has at which path, in the order of the archive.</param>
internal sealed record UnpackedPackage(string Control, string? Md5Sums, string Content, IReadOnlyList<PackagedFile> Files);
