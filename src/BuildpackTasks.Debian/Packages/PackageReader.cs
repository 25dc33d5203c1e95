using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Debian;

/// <summary>
/// Reads package files (deb(5)) as data: nothing in them is run, and nothing of them is written but the bytes of their files,
/// one after the other, to one stream. A package may be hostile: what leads out of an image or is no plain file is refused.
/// </summary>
/// <param name="package">What messages call the package.</param>
internal sealed class PackageReader(string package)
{
    private const long MaxUnpackedLength = 4L << 30;
    private const int MaxControlLength = 4 << 20;
    private const int MaxFiles = 200_000;
    private const UnixFileMode PermissionBits = (UnixFileMode)0b111_111_111;

    private string? control;
    private string? md5Sums;
    private List<PackagedFile>? files;

    /// <summary>Reads a package file.</summary>
    /// <param name="deb">Its bytes.</param>
    /// <param name="content">Where the bytes of its files are written.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>What it holds; the digest of the content is not set.</returns>
    /// <exception cref="DebianException">BPT4018, BPT4019, BPT4030: a program is missing, or the package cannot be read.</exception>
    public async Task<UnpackedPackage> ReadAsync(Stream deb, Stream content, CancellationToken cancellationToken)
    {
        try
        {
            using var archive = new ArReader(deb, package);
            if (await archive.NextAsync(cancellationToken) is not ("debian-binary", { } version)
                || await new StreamReader(version).ReadLineAsync(cancellationToken) is not { } format || !format.StartsWith("2.", StringComparison.Ordinal))
                throw DebianErrors.MalformedPackage(package, "it is not a Debian package file of format 2");
            // To the end, also behind the data: only then it is known that nothing of it is cut off.
            while (await archive.NextAsync(cancellationToken) is var (name, member))
            {
                if (name.StartsWith("control.tar", StringComparison.Ordinal) && control is null) await ReadControlAsync(member, name[11..], cancellationToken);
                else if (name.StartsWith("data.tar", StringComparison.Ordinal) && files is null) await ReadDataAsync(member, name[8..], content, cancellationToken);
            }
            return control is not null && files is not null
                ? new UnpackedPackage(control, md5Sums, "", files)
                : throw DebianErrors.MalformedPackage(package, "a part of it is missing");
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw DebianErrors.MalformedPackage(package, e.Message, e);
        }
    }

    private async Task ReadControlAsync(Stream member, string extension, CancellationToken cancellationToken)
    {
        await using Stream stream = Decompression.Open(member, extension, package);
        await using var tar = new TarReader(stream, leaveOpen: true);
        while (await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            string name = entry.Name.TrimStart('.', '/');
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile) || name is not ("control" or "md5sums")) continue;
            if (entry.Length > MaxControlLength) throw DebianErrors.MalformedPackage(package, $"its file '{name}' is too large");
            using var bytes = new MemoryStream();
            if (entry.DataStream is { } data) await data.CopyToAsync(bytes, cancellationToken);
            string text = Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
            if (name == "control") control = text;
            else md5Sums = text;
        }
        await DrainAsync(stream, cancellationToken);
    }

    private async Task ReadDataAsync(Stream member, string extension, Stream content, CancellationToken cancellationToken)
    {
        var found = new List<PackagedFile>();
        var byPath = new Dictionary<string, PackagedFile>(StringComparer.Ordinal);
        long offset = 0;
        await using Stream stream = Decompression.Open(member, extension, package);
        await using var tar = new TarReader(stream, leaveOpen: true);
        while (await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
        {
            string? path = Normalize(entry.Name);
            if (path is null) continue;
            if (found.Count == MaxFiles) throw DebianErrors.MalformedPackage(package, $"it has more than {MaxFiles} files");
            PackagedFile file = entry.EntryType switch
            {
                TarEntryType.Directory => Describe(path, entry, LayerEntryType.Directory),
                TarEntryType.SymbolicLink => Describe(path, entry, LayerEntryType.SymbolicLink) with { LinkTarget = CheckLink(path, entry.LinkName) },
                TarEntryType.HardLink when Normalize(entry.LinkName) is { } target && byPath.TryGetValue(target, out PackagedFile? original) && original.Digest is not null => original with { Path = path },
                TarEntryType.RegularFile or TarEntryType.V7RegularFile => await CopyAsync(path, entry, content, offset, cancellationToken),
                _ => throw DebianErrors.MalformedPackage(package, $"'{path}' is neither a file nor a directory nor a link to one"),
            };
            if (!byPath.TryAdd(path, file)) throw DebianErrors.MalformedPackage(package, $"'{path}' is there twice");
            if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile) offset += file.Length;
            found.Add(file);
        }
        await DrainAsync(stream, cancellationToken);
        files = found;
    }

    private async Task<PackagedFile> CopyAsync(string path, TarEntry entry, Stream content, long offset, CancellationToken cancellationToken)
    {
        if (offset + entry.Length > MaxUnpackedLength) throw DebianErrors.MalformedPackage(package, $"it has more than {MaxUnpackedLength >> 30} GiB of files");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        if (entry.DataStream is { } data)
        {
            byte[] buffer = new byte[64 * 1024];
            while (await data.ReadAsync(buffer, cancellationToken) is > 0 and int read)
            {
                hash.AppendData(buffer, 0, read);
                await content.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }
        return Describe(path, entry, LayerEntryType.File) with { Offset = offset, Length = entry.Length, Digest = Digest.FromSha256(hash.GetHashAndReset()).ToString() };
    }

    // Setuid and setgid let a process become somebody else, which no process in these images has a reason to; the sticky bit of /tmp stays.
    private static PackagedFile Describe(string path, TarEntry entry, LayerEntryType type) =>
        new(path, type, entry.Mode & (type == LayerEntryType.Directory ? PermissionBits | UnixFileMode.StickyBit : PermissionBits), entry.Uid, entry.Gid, null, 0, 0, null);

    // "./usr/lib/" is usr/lib; the root itself is null.
    private string? Normalize(string name)
    {
        string path = name;
        while (path.StartsWith("./", StringComparison.Ordinal)) path = path[2..];
        path = path.TrimEnd('/');
        if (path is "" or ".") return null;
        if (path.Contains('\0', StringComparison.Ordinal) || path.Split('/').Any(static part => part is "" or "." or ".."))
            throw DebianErrors.MalformedPackage(package, $"the path '{name}' leads out of the image");
        return path;
    }

    private string CheckLink(string path, string target) =>
        target.Length is > 0 and < 4096 && !target.Contains('\0', StringComparison.Ordinal) ? target : throw DebianErrors.MalformedPackage(package, $"the link '{path}' leads nowhere");

    // Only the end of a stream tells whether it was whole.
    private static async Task DrainAsync(Stream stream, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[16 * 1024];
        while (await stream.ReadAsync(buffer, cancellationToken) > 0)
        {
        }
    }
}
