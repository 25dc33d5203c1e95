namespace BuildpackTasks.Oci;

/// <summary>Writes an archive: a tar whose bytes follow from the entries alone.</summary>
internal static class ArchiveWriter
{
    private const int FilePermissions = 0b110_100_100;
    private const int DirectoryPermissions = 0b111_101_101;

    /// <summary>The archive's length in bytes, known before it is written.</summary>
    public static long Length(IEnumerable<ArchiveEntry> entries) =>
        entries.Sum(static entry => Header(entry).Length + entry.Size + TarHeader.Padding(entry.Size)) + (2 * TarHeader.BlockSize);

    /// <summary>Writes the archive to a stream, which need not be able to seek.</summary>
    public static async Task WriteAsync(IEnumerable<ArchiveEntry> entries, Stream output, IProgress<BlobTransfer>? progress, CancellationToken cancellationToken)
    {
        foreach (ArchiveEntry entry in entries)
        {
            await output.WriteAsync(Header(entry), cancellationToken);
            await using (Stream content = await entry.Open(cancellationToken))
            {
                long copied = await CopyAsync(content, output, cancellationToken);
                // A tar with an entry of another length than its header says cannot be read beyond it.
                if (copied != entry.Size) throw new IOException($"'{entry.Path}' has {copied} bytes instead of {entry.Size}");
            }
            await output.WriteAsync(new byte[TarHeader.Padding(entry.Size)], cancellationToken);
            if (entry.Blob is not null) progress?.Report(new BlobTransfer(entry.Blob, BlobTransferKind.Sent));
        }
        await output.WriteAsync(new byte[2 * TarHeader.BlockSize], cancellationToken);
    }

    /// <summary>Writes the archive to a file, which appears under its name when it is whole.</summary>
    /// <exception cref="OciException">BPT1208: it cannot be written.</exception>
    public static async Task WriteFileAsync(IEnumerable<ArchiveEntry> entries, string path, IProgress<BlobTransfer>? progress, CancellationToken cancellationToken)
    {
        if (Directory.Exists(path)) throw OciErrors.CannotWriteStore(path, "it is a directory");
        string directory = Path.GetDirectoryName(path)!;
        string temporary = Path.Join(directory, $".{Path.GetFileName(path)}.{Path.GetRandomFileName()}.tmp");
        try
        {
            Directory.CreateDirectory(directory);
            try
            {
                await using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous))
                {
                    await WriteAsync(entries, stream, progress, cancellationToken);
                }
                cancellationToken.ThrowIfCancellationRequested();
                File.Move(temporary, path, overwrite: true);
            }
            catch
            {
                File.Delete(temporary);
                throw;
            }
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            throw OciErrors.CannotWriteStore(path, FileFailure.Reason(e), e);
        }
    }

    private static byte[] Header(ArchiveEntry entry) => entry.Path.EndsWith('/')
        ? TarHeader.Encode(TarHeader.Directory, entry.Path, "", DirectoryPermissions, 0, 0, 0, Time)
        : TarHeader.Encode(TarHeader.RegularFile, entry.Path, "", FilePermissions, 0, 0, entry.Size, Time);

    private static long Time => LayerEntry.ConstantTime.ToUnixTimeSeconds();

    private static async Task<long> CopyAsync(Stream from, Stream to, CancellationToken cancellationToken)
    {
        var buffer = new byte[128 << 10];
        long total = 0;
        for (int count; (count = await from.ReadAsync(buffer, cancellationToken)) > 0; total += count)
        {
            await to.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }
        return total;
    }
}
