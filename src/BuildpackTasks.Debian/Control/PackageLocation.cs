using BuildpackTasks.Oci;

namespace BuildpackTasks.Debian;

/// <summary>Where a package is downloaded from, and what it must be then.</summary>
/// <param name="Uri">Its address.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="Digest">The digest of its bytes.</param>
internal sealed record PackageLocation(Uri Uri, long Size, Digest Digest);
