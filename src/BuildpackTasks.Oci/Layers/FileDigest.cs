using System.Buffers;
using System.Security.Cryptography;

namespace BuildpackTasks.Oci;

/// <summary>Reading the bytes of a layer's files, with errors that name the file.</summary>
internal static class FileDigest
{
    private const int BufferSize = 128 * 1024;

    /// <summary>The digest of a file's bytes. Reading is not asynchronous: hashing keeps the thread busy.</summary>
    public static Digest Of(FileContent content, string name, CancellationToken cancellationToken)
    {
        LayerEntry entry = LayerEntry.ForFile(name, content);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            using Stream stream = Open(entry);
            while (Read(entry, stream, buffer.AsSpan(0, BufferSize)) is > 0 and int read)
            {
                cancellationToken.ThrowIfCancellationRequested();
                hash.AppendData(buffer, 0, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        return Digest.FromSha256(hash.GetHashAndReset());
    }

    public static Stream Open(LayerEntry entry)
    {
        try
        {
            return entry.Content!.OpenRead();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OciErrors.UnreadableLayerFile(entry, e);
        }
    }

    private static int Read(LayerEntry entry, Stream stream, Span<byte> buffer)
    {
        try
        {
            return stream.Read(buffer);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OciErrors.UnreadableLayerFile(entry, e);
        }
    }

    public static async ValueTask<int> ReadAsync(LayerEntry entry, Stream stream, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await stream.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OciErrors.UnreadableLayerFile(entry, e);
        }
    }
}
