using System.IO.Compression;
using Microsoft.Win32.SafeHandles;

namespace BuildpackTasks.Oci;

/// <summary>
/// The files of an archive. A plain tar is read where it is; one that is compressed (gzip) is unpacked first, into a temporary
/// file that is gone when nobody holds it any more, however the build ends.
/// </summary>
internal sealed class ArchiveFiles : IStoredFiles
{
    /// <summary>What an archive may unpack to: no image is larger, and a small file can be made to unpack without end.</summary>
    public const long MaxUnpacked = 64L << 30;

    private readonly string path;
    private readonly SafeFileHandle? unpacked;
    private readonly TarIndex index;

    private ArchiveFiles(string path, SafeFileHandle? unpacked, TarIndex index)
    {
        this.path = path;
        this.unpacked = unpacked;
        this.index = index;
    }

    public string Name => path;

    public StoredFile? Find(string path) => index.Find(path) is { } found
        ? new StoredFile(found.Length, () => new SliceStream(unpacked ?? Open(this.path), owned: unpacked is null, found.Offset, found.Length))
        : null;

    /// <summary>Opens an archive and finds what is in it.</summary>
    /// <param name="path">Its absolute path.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="OciException">BPT1201: it cannot be read; BPT1220: it is not an archive.</exception>
    public static async Task<ArchiveFiles> OpenAsync(string path, CancellationToken cancellationToken)
    {
        SafeFileHandle? unpacked = null;
        try
        {
            using SafeFileHandle file = Open(path);
            await using var stream = new SliceStream(file, owned: false, 0, RandomAccess.GetLength(file));
            if (await StartsWithGzipAsync(stream, cancellationToken))
            {
                unpacked = await UnpackAsync(stream, cancellationToken);
                await using var tar = new SliceStream(unpacked, owned: false, 0, RandomAccess.GetLength(unpacked));
                return new ArchiveFiles(path, unpacked, await TarIndex.ReadAsync(tar, tar.Length, cancellationToken));
            }
            return new ArchiveFiles(path, null, await TarIndex.ReadAsync(stream, stream.Length, cancellationToken));
        }
        catch (Exception e)
        {
            unpacked?.Dispose();
            if (e is FormatException or InvalidDataException) throw OciErrors.NotAnArchive(path, e.Message, e);
            if (e is EndOfStreamException) throw OciErrors.NotAnArchive(path, "it is cut off", e);
            if (e is IOException or UnauthorizedAccessException) throw OciErrors.CannotReadStore(path, e.Message, e);
            throw;
        }
    }

    /// <summary>Whether the bytes are gzip; the stream is at its start afterwards.</summary>
    public static async Task<bool> StartsWithGzipAsync(Stream stream, CancellationToken cancellationToken)
    {
        var magic = new byte[2];
        int count = await stream.ReadAtLeastAsync(magic, magic.Length, throwOnEndOfStream: false, cancellationToken);
        stream.Position = 0;
        return count == 2 && magic is [0x1f, 0x8b];
    }

    // Whoever replaces the archive meanwhile is not kept from it; what is read then has other digests and is refused.
    private static SafeFileHandle Open(string path) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous);

    private static async Task<SafeFileHandle> UnpackAsync(Stream compressed, CancellationToken cancellationToken)
    {
        string temporary = Path.Join(Path.GetTempPath(), Path.GetRandomFileName());
        SafeFileHandle file = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, FileOptions.Asynchronous | FileOptions.DeleteOnClose);
        try
        {
            // A file without a name lives as long as it is open. Windows deletes it at the end of its last handle.
            if (!OperatingSystem.IsWindows()) File.Delete(temporary);
            await using var gzip = new GZipStream(compressed, CompressionMode.Decompress, leaveOpen: true);
            var buffer = new byte[128 << 10];
            long length = 0;
            for (int count; (count = await gzip.ReadAsync(buffer, cancellationToken)) > 0; length += count)
            {
                if (length + count > MaxUnpacked) throw new FormatException($"it unpacks to more than {MaxUnpacked >> 30} GiB");
                await RandomAccess.WriteAsync(file, buffer.AsMemory(0, count), length, cancellationToken);
            }
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
