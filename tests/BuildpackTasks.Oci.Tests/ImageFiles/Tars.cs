using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace BuildpackTasks.Oci.Tests;

/// <summary>Tars as somebody else writes them.</summary>
internal static class Tars
{
    public static System.Formats.Tar.TarEntry File(string path, string content) =>
        new PaxTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)) };

    public static System.Formats.Tar.TarEntry Directory(string path) => new PaxTarEntry(TarEntryType.Directory, path + "/");

    public static System.Formats.Tar.TarEntry SymbolicLink(string path, string target) => new PaxTarEntry(TarEntryType.SymbolicLink, path) { LinkName = target };

    public static System.Formats.Tar.TarEntry HardLink(string path, string target) => new PaxTarEntry(TarEntryType.HardLink, path) { LinkName = target };

    public static System.Formats.Tar.TarEntry Gnu(string path, string content) =>
        new GnuTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)) };

    public static byte[] Plain(params System.Formats.Tar.TarEntry[] entries)
    {
        var bytes = new MemoryStream();
        using (var writer = new TarWriter(bytes, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (System.Formats.Tar.TarEntry entry in entries) writer.WriteEntry(entry);
        }
        return bytes.ToArray();
    }

    public static byte[] Gzip(params System.Formats.Tar.TarEntry[] entries)
    {
        var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(Plain(entries));
        return bytes.ToArray();
    }
}
