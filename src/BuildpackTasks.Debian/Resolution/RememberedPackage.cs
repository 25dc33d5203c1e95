namespace BuildpackTasks.Debian;

/// <summary>A package of a resolution as it is written down.</summary>
internal sealed record RememberedPackage(string Name, string Version, string Uri, long Size, string Digest)
{
    /// <summary>What to write down: without the user and the password that a mirror's address can hold.</summary>
    public static RememberedPackage From(ResolvedPackage package) =>
        new(package.Name, package.Version, Address(package.Uri), package.Size, package.Digest.ToString());

    /// <summary>The package, at its mirror as it is set now.</summary>
    /// <param name="mirrors">The mirrors that the question was asked to.</param>
    public ResolvedPackage ToPackage(IEnumerable<Uri> mirrors)
    {
        Uri? mirror = mirrors.FirstOrDefault(one => Uri.StartsWith(Address(one), StringComparison.Ordinal));
        return new(Name, Version, mirror is null ? new Uri(Uri) : new Uri(mirror, Uri[Address(mirror).Length..]), Size, Oci.Digest.Parse(Digest));
    }

    private static string Address(Uri uri) => uri.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped);
}
