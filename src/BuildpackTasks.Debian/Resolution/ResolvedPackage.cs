using BuildpackTasks.Oci;

namespace BuildpackTasks.Debian;

/// <summary>A package that a resolution chose.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Uri">Where it is downloaded from.</param>
/// <param name="Size">Its length in bytes.</param>
/// <param name="Digest">The digest of its bytes.</param>
internal sealed record ResolvedPackage(string Name, string Version, Uri Uri, long Size, Digest Digest)
{
    /// <summary>What a resolution gave.</summary>
    /// <param name="package">A package that has a location.</param>
    public static ResolvedPackage From(Package package) =>
        new(package.Name, package.Version.ToString(), package.Location!.Uri, package.Location.Size, package.Location.Digest);
}
