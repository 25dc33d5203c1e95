using System.Security.Cryptography;

namespace BuildpackTasks.Oci;

/// <summary>
/// Small things that were found out before, by the digest of what they were found out from: <c>records/HEX</c>. A record may
/// be gone or replaced at any moment: whoever asks must be able to find it out again.
/// </summary>
public sealed class RecordStore
{
    private const int HashLength = 32;

    private readonly CacheDirectory directory;

    internal RecordStore(CacheDirectory directory) => this.directory = directory;

    /// <summary>Reads a record.</summary>
    /// <param name="key">What it was found out from.</param>
    /// <param name="maxLength">How many bytes it may have at most; a longer one counts as not there.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The bytes, or null where there is no such record. A damaged one counts as not there.</returns>
    public Task<byte[]?> TryReadAsync(Digest key, int maxLength, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(TryRead(key, maxLength));
    }

    private byte[]? TryRead(Digest key, int maxLength)
    {
        string path = PathOf(key);
        try
        {
            if (new FileInfo(path) is not { Exists: true } file || file.Length > (long)maxLength + HashLength) return null;
            byte[] bytes = File.ReadAllBytes(path);
            if (bytes.Length < HashLength || !SHA256.HashData(bytes.AsSpan(HashLength)).AsSpan().SequenceEqual(bytes.AsSpan(0, HashLength)))
            {
                directory.Note($"The file '{path}' of the layer cache was damaged; what it said is found out again.");
                return null;
            }
            directory.Touch(path);
            return bytes[HashLength..];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Writes a record in place of an older one.</summary>
    /// <param name="key">What it was found out from.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="cancellationToken">Stops the writing; nothing is changed then.</param>
    /// <exception cref="OciException">BPT1013 or BPT1014: the cache directory is full or cannot be written.</exception>
    public Task WriteAsync(Digest key, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        directory.WriteAsync(PathOf(key), (byte[])[.. SHA256.HashData(bytes.Span), .. bytes.Span], cancellationToken);

    private string PathOf(Digest key) => Path.Combine(directory.Path, "records", key.Hex);
}
