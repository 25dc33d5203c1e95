using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Debian.Tests;

/// <summary>A package file made for a test: written by hand, so that it can also be what no tool would write.</summary>
internal sealed record TestPackage(string Name, string Version)
{
    private static readonly Lock Writing = new();

    public string Architecture { get; init; } = "amd64";

    /// <summary>Further fields of the control file, one a line.</summary>
    public string Fields { get; init; } = "";

    /// <summary>The ending of the parts' names, which says how they are compressed.</summary>
    public string Compression { get; init; } = ".gz";

    public IReadOnlyList<TarEntry> Entries { get; init; } = [Directory("./")];

    public string Control => $"Package: {Name}\nVersion: {Version}\nArchitecture: {Architecture}\nMaintainer: Nobody <nobody@test.invalid>\n{(Fields.Length > 0 ? Fields + "\n" : "")}Description: a test\n";

    public string FileName => $"pool/main/{Name[0]}/{Name}/{Name}_{Version.Split(':')[^1]}_{Architecture}.deb";

    public static TarEntry File(string path, string content, UnixFileMode mode = (UnixFileMode)0b110_100_100) =>
        new PaxTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)), Mode = mode };

    public static TarEntry Directory(string path, UnixFileMode mode = (UnixFileMode)0b111_101_101) =>
        new PaxTarEntry(TarEntryType.Directory, path) { Mode = mode };

    public static TarEntry Link(string path, string target, TarEntryType type = TarEntryType.SymbolicLink) =>
        new PaxTarEntry(type, path) { LinkName = target };

    public async Task<byte[]> ToBytesAsync()
    {
        using var deb = new MemoryStream();
        deb.Write("!<arch>\n"u8);
        Member(deb, "debian-binary", "2.0\n"u8.ToArray());
        string sums = string.Concat(Entries.Where(static entry => entry.DataStream is not null).Select(static entry => $"{new string('0', 32)}  {entry.Name[2..]}\n"));
        Member(deb, "control.tar" + Compression, await CompressAsync(Tar([File("./control", Control), File("./md5sums", sums)])));
        Member(deb, "data.tar" + Compression, await CompressAsync(Tar(Entries)));
        return deb.ToArray();
    }

    private static void Member(MemoryStream deb, string name, byte[] content)
    {
        deb.Write(Encoding.ASCII.GetBytes($"{name,-16}{0,-12}{0,-6}{0,-6}{"100644",-8}{content.Length,-10}`\n"));
        deb.Write(content);
        if (content.Length % 2 != 0) deb.WriteByte((byte)'\n');
    }

    // Tests that run side by side share packages, and an entry changes while it is written.
    private static byte[] Tar(IEnumerable<TarEntry> entries)
    {
        lock (Writing)
        {
            using var tar = new MemoryStream();
            using (var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true))
            {
                foreach (TarEntry entry in entries)
                {
                    if (entry.DataStream is { } data) data.Position = 0;
                    writer.WriteEntry(entry);
                }
            }
            return tar.ToArray();
        }
    }

    private async Task<byte[]> CompressAsync(byte[] content)
    {
        if (Compression is "") return content;
        if (Compression is ".gz")
        {
            using var compressed = new MemoryStream();
            await using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true)) await gzip.WriteAsync(content);
            return compressed.ToArray();
        }
        using var directory = new TemporaryDirectory();
        string file = directory.Combine("part");
        await System.IO.File.WriteAllBytesAsync(file, content);
        (await (Compression is ".xz" ? Command.RunAsync("xz", [file]) : Command.RunAsync("zstd", ["--quiet", file]))).EnsureSuccess();
        return await System.IO.File.ReadAllBytesAsync(file + Compression);
    }
}
