using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;

namespace BuildpackTasks.Testing;

/// <summary>A layer of a generated image.</summary>
/// <param name="Bytes">The compressed bytes.</param>
/// <param name="Digest">Their digest.</param>
/// <param name="DiffId">The digest of the bytes before compression.</param>
internal sealed record FleetLayer(byte[] Bytes, string Digest, string DiffId)
{
    private static readonly DateTimeOffset Time = new(1980, 1, 1, 0, 0, 1, TimeSpan.Zero);

    /// <summary>Makes a layer of files, all of which may be executed.</summary>
    public static FleetLayer Create(params (string Path, byte[] Content)[] files)
    {
        using var plain = new MemoryStream();
        using (var tar = new TarWriter(plain, TarEntryFormat.Ustar, leaveOpen: true))
        {
            var directories = new HashSet<string>();
            foreach (var (path, content) in files)
            {
                for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash >= 0; slash = path.IndexOf('/', slash + 1))
                {
                    if (directories.Add(path[..slash])) tar.WriteEntry(With(new UstarTarEntry(TarEntryType.Directory, path[..slash] + "/")));
                }

                tar.WriteEntry(With(new UstarTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(content) }));
            }
        }

        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(plain.GetBuffer(), 0, (int)plain.Length);
        return new FleetLayer(compressed.ToArray(), DigestOf(compressed.ToArray()), DigestOf(plain.ToArray()));
    }

    public static string DigestOf(ReadOnlySpan<byte> bytes) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";

    private static UstarTarEntry With(UstarTarEntry entry)
    {
        entry.Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        entry.ModificationTime = Time;
        return entry;
    }
}
