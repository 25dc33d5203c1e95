using System.Text;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Debian;

/// <summary>
/// Makes of packages the entries of a layer: their files but those that are left out, moved to <c>/usr</c> where the system
/// keeps them now; a record for scanners; and what their maintainer scripts would have made that a process needs.
/// </summary>
/// <param name="store">Where the files' bytes are.</param>
internal sealed class PackageLayer(PackageStore store)
{
    /// <summary>Counts up whenever the same packages give other entries than before.</summary>
    public const int RulesVersion = 1;

    private const string StatusDirectory = "var/lib/dpkg/status.d";
    private const string Certificates = "usr/share/ca-certificates/mozilla/";
    private const long MaxCertificatesLength = 64 << 20;
    private const string CertificateBundle = "etc/ssl/certs/ca-certificates.crt";
    private static readonly string[] MergedDirectories = ["bin", "lib", "lib32", "lib64", "libo32", "libx32", "sbin"];

    /// <summary>
    /// What decides a layer: the packages' own digests say what is in it, and nothing has to be fetched or unpacked to know it.
    /// </summary>
    /// <param name="kind">What is made of the packages.</param>
    /// <param name="packages">The packages, in the order of their names.</param>
    public static Digest Fingerprint(string kind, IReadOnlyList<ResolvedPackage> packages)
    {
        var inputs = new StringBuilder($"debian {kind} {RulesVersion}\n");
        foreach (ResolvedPackage package in packages) inputs.Append($"{package.Name} {package.Digest}\n");
        return LayerFingerprint.OfInputs(inputs.ToString(), LayerCompression.Smallest);
    }

    /// <summary>The entries; directories may be there twice no more, and parents may be missing.</summary>
    /// <param name="packages">The packages with what they hold, in the order of their names.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DebianException">BPT4031: two packages have the same path.</exception>
    public async Task<IReadOnlyCollection<LayerEntry>> EntriesAsync(IReadOnlyList<(ResolvedPackage Package, UnpackedPackage Unpacked)> packages, CancellationToken cancellationToken)
    {
        var entries = new Dictionary<string, (LayerEntry Entry, string Package)>(StringComparer.Ordinal);
        foreach ((ResolvedPackage package, UnpackedPackage unpacked) in packages)
        {
            string content = await store.PathOfAsync(package, unpacked, cancellationToken);
            var kept = new HashSet<string>(StringComparer.Ordinal);
            foreach (PackagedFile packaged in unpacked.Files)
            {
                PackagedFile file = Merge(packaged);
                if (LeftOut.Contains(file)) continue;
                Add(entries, ToEntry(content, file), package.Name);
                kept.Add(packaged.Path);
            }
            AddRecord(entries, package.Name, unpacked, kept);
        }
        foreach ((ResolvedPackage package, UnpackedPackage unpacked) in packages)
        {
            if (package.Name == "ca-certificates") await AddCertificatesAsync(entries, package, unpacked, cancellationToken);
        }
        return [.. entries.Values.Select(static one => one.Entry)];
    }

    /// <summary>Where a path of a package is in a system whose <c>/bin</c>, <c>/lib</c> and <c>/sbin</c> are links to those in <c>/usr</c>.</summary>
    internal static PackagedFile Merge(PackagedFile file)
    {
        int slash = file.Path.IndexOf('/', StringComparison.Ordinal);
        string first = slash < 0 ? file.Path : file.Path[..slash];
        if (!MergedDirectories.Contains(first)) return file;
        if (slash < 0 && file.Type == LayerEntryType.SymbolicLink) return file;
        string? target = file.LinkTarget;
        // What climbs out of the directory would climb one too few from the new place.
        if (target is not null && target.StartsWith("..", StringComparison.Ordinal)) target = Absolute(file.Path, target);
        return file with { Path = "usr/" + file.Path, LinkTarget = target };
    }

    private static string Absolute(string path, string target)
    {
        var parts = new List<string>(path.Split('/')[..^1]);
        foreach (string part in target.Split('/'))
        {
            if (part == "..")
            {
                if (parts.Count > 0) parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("" or "."))
            {
                parts.Add(part);
            }
        }
        return "/" + string.Join('/', parts);
    }

    private static LayerEntry ToEntry(string content, PackagedFile file) => (file.Type switch
    {
        LayerEntryType.Directory => LayerEntry.ForDirectory(file.Path, file.Mode),
        LayerEntryType.SymbolicLink => LayerEntry.ForSymbolicLink(file.Path, file.LinkTarget!),
        _ => LayerEntry.ForFile(file.Path, file.Length == 0 ? FileContent.FromBytes([]) : FileContent.FromPart(content, file.Offset, file.Length, Digest.Parse(file.Digest!)), file.Mode),
    }) with
    { UserId = file.UserId, GroupId = file.GroupId };

    // Directories are shared; the first package to have one says what it is like.
    private static void Add(Dictionary<string, (LayerEntry Entry, string Package)> entries, LayerEntry entry, string package)
    {
        if (entries.TryAdd(entry.Path, (entry, package))) return;
        (LayerEntry present, string owner) = entries[entry.Path];
        if (present.Type == LayerEntryType.Directory && entry.Type == LayerEntryType.Directory) return;
        throw DebianErrors.SamePath("/" + entry.Path, owner, package);
    }

    private static void AddRecord(Dictionary<string, (LayerEntry Entry, string Package)> entries, string package, UnpackedPackage unpacked, HashSet<string> kept)
    {
        Add(entries, LayerEntry.ForFile($"{StatusDirectory}/{package}", FileContent.FromBytes(Encoding.UTF8.GetBytes(unpacked.Control.TrimEnd('\n') + "\n"))), package);
        if (unpacked.Md5Sums is null) return;
        var lines = new StringBuilder();
        foreach (string line in unpacked.Md5Sums.Split('\n'))
        {
            if (line.Split("  ", 2) is [var sum, var path] && kept.Contains(path)) lines.Append($"{sum}  {path}\n");
        }
        Add(entries, LayerEntry.ForFile($"{StatusDirectory}/{package}.md5sums", FileContent.FromBytes(Encoding.UTF8.GetBytes(lines.ToString()))), package);
    }

    // What update-ca-certificates makes, and the links by which OpenSSL finds it, which are in the package of its program.
    private async Task AddCertificatesAsync(Dictionary<string, (LayerEntry Entry, string Package)> entries, ResolvedPackage package, UnpackedPackage unpacked, CancellationToken cancellationToken)
    {
        using var bundle = new MemoryStream();
        byte[] content = await store.ReadAsync(package, unpacked, MaxCertificatesLength, cancellationToken);
        foreach (PackagedFile file in unpacked.Files.Where(static file => file.Path.StartsWith(Certificates, StringComparison.Ordinal) && file.Path.EndsWith(".crt", StringComparison.Ordinal)).OrderBy(static file => file.Path, StringComparer.Ordinal))
        {
            bundle.Write(content, (int)file.Offset, (int)file.Length);
            if (bundle.Length > 0 && bundle.GetBuffer()[bundle.Length - 1] != '\n') bundle.WriteByte((byte)'\n');
        }
        entries[CertificateBundle] = (LayerEntry.ForFile(CertificateBundle, FileContent.FromBytes(bundle.ToArray())), "ca-certificates");
        entries.TryAdd("usr/lib/ssl/certs", (LayerEntry.ForSymbolicLink("usr/lib/ssl/certs", "/etc/ssl/certs"), "ca-certificates"));
        entries.TryAdd("usr/lib/ssl/cert.pem", (LayerEntry.ForSymbolicLink("usr/lib/ssl/cert.pem", "/" + CertificateBundle), "ca-certificates"));
    }
}
