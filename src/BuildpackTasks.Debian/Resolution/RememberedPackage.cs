namespace BuildpackTasks.Debian;

/// <summary>A package of a resolution as it is written down.</summary>
internal sealed record RememberedPackage(string Name, string Version, string Uri, long Size, string Digest)
{
    public static RememberedPackage From(ResolvedPackage package) =>
        new(package.Name, package.Version, package.Uri.OriginalString, package.Size, package.Digest.ToString());

    public ResolvedPackage ToPackage() => new(Name, Version, new Uri(Uri), Size, Oci.Digest.Parse(Digest));
}
