using System.Buffers;
using System.Security.Cryptography;

namespace BuildpackTasks.Oci;

/// <summary>
/// Writes what a layer holds as a tar whose bytes follow from the contents alone (OCI image specification, "Image Layer
/// Filesystem Changeset").
/// </summary>
internal static class LayerTarWriter
{
    private const int BufferSize = 128 * 1024;

    /// <summary>Writes the tar.</summary>
    /// <param name="contents">What the layer holds.</param>
    /// <param name="digests">The digest that each entry's content had when it was fingerprinted (null for an entry without content), or null where nobody took them.</param>
    /// <param name="output">Where to write.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    /// <exception cref="OciException">BPT1011 or BPT1012: a file changed meanwhile or cannot be read.</exception>
    public static async Task WriteAsync(LayerContents contents, IReadOnlyList<Digest?>? digests, Stream output, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            for (int i = 0; i < contents.Entries.Count; i++)
            {
                LayerEntry entry = contents.Entries[i];
                long size = entry.Type == LayerEntryType.File ? SizeOf(entry) : 0;
                await output.WriteAsync(Header(entry, size), cancellationToken);
                if (entry.Type == LayerEntryType.File) await WriteContentAsync(entry, size, digests?[i] ?? entry.Content!.KnownDigest, output, buffer, cancellationToken);
            }

            // Two blocks of zeros end the archive.
            Array.Clear(buffer, 0, 2 * TarHeader.BlockSize);
            await output.WriteAsync(buffer.AsMemory(0, 2 * TarHeader.BlockSize), cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Header(LayerEntry entry, long size)
    {
        (byte type, string path) = entry.Type switch
        {
            LayerEntryType.Directory => (TarHeader.Directory, entry.Path + "/"),
            LayerEntryType.SymbolicLink => (TarHeader.SymbolicLink, entry.Path),
            _ => (TarHeader.RegularFile, entry.Path),
        };
        return TarHeader.Encode(type, path, entry.LinkTarget ?? "", (int)entry.Mode, entry.UserId, entry.GroupId, size, entry.Time.ToUnixTimeSeconds());
    }

    private static long SizeOf(LayerEntry entry)
    {
        try
        {
            return entry.Content!.Length;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OciErrors.UnreadableLayerFile(entry, e);
        }
    }

    private static async Task WriteContentAsync(LayerEntry entry, long size, Digest? expected, Stream output, byte[] buffer, CancellationToken cancellationToken)
    {
        using IncrementalHash? hash = expected is null ? null : IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using Stream content = FileDigest.Open(entry);
        long written = 0;
        while (await FileDigest.ReadAsync(entry, content, buffer.AsMemory(0, BufferSize), cancellationToken) is > 0 and int read)
        {
            written += read;
            if (written > size) throw OciErrors.ChangedWhileRead(entry);
            hash?.AppendData(buffer, 0, read);
            await output.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
        if (written != size || (hash is not null && Digest.FromSha256(hash.GetHashAndReset()) != expected)) throw OciErrors.ChangedWhileRead(entry);

        int padding = TarHeader.Padding(size);
        Array.Clear(buffer, 0, padding);
        await output.WriteAsync(buffer.AsMemory(0, padding), cancellationToken);
    }
}
