using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace BuildpackTasks.Oci.Tests;

/// <summary>Tars as somebody else writes them.</summary>
internal static class Tars
{
    public static TarEntry File(string path, string content) =>
        new PaxTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)) };

    public static TarEntry Directory(string path) => new PaxTarEntry(TarEntryType.Directory, path + "/");

    public static TarEntry SymbolicLink(string path, string target) => new PaxTarEntry(TarEntryType.SymbolicLink, path) { LinkName = target };

    public static TarEntry HardLink(string path, string target) => new PaxTarEntry(TarEntryType.HardLink, path) { LinkName = target };

    public static TarEntry Gnu(string path, string content) =>
        new GnuTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)) };

    public static byte[] Plain(params TarEntry[] entries)
    {
        var bytes = new MemoryStream();
        using (var writer = new TarWriter(bytes, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (TarEntry entry in entries) writer.WriteEntry(entry);
        }
        return bytes.ToArray();
    }

    public static byte[] Gzip(params TarEntry[] entries)
    {
        var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(Plain(entries));
        return bytes.ToArray();
    }
}
