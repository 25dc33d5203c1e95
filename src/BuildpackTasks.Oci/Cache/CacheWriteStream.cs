using System.Security.Cryptography;

namespace BuildpackTasks.Oci;

/// <summary>Writes a new file of the cache, computes its digest on the way, and tells a full disk from errors of what is written.</summary>
internal sealed class CacheWriteStream : Stream
{
    private readonly CacheDirectory directory;
    private readonly string algorithm;
    private readonly IncrementalHash hash;
    private readonly FileStream file;
    private long length;

    public CacheWriteStream(CacheDirectory directory, string path, string algorithm)
    {
        this.directory = directory;
        this.algorithm = algorithm;
        try
        {
            file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 64 * 1024);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OciErrors.UnwritableCache(directory.Path, e);
        }
        hash = IncrementalHash.CreateHash(algorithm == "sha512" ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256);
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => length;

    public override long Position { get => length; set => throw new NotSupportedException(); }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        hash.AppendData(buffer);
        length += buffer.Length;
        try
        {
            file.Write(buffer);
        }
        catch (IOException e)
        {
            throw OciErrors.UnwritableCache(directory.Path, e);
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        hash.AppendData(buffer.Span);
        length += buffer.Length;
        try
        {
            await file.WriteAsync(buffer, cancellationToken);
        }
        catch (IOException e)
        {
            throw OciErrors.UnwritableCache(directory.Path, e);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>Closes the file and gives its digest.</summary>
    public async Task<Digest> FinishAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            await file.DisposeAsync();
        }
        catch (IOException e)
        {
            throw OciErrors.UnwritableCache(directory.Path, e);
        }
        return Digest.Parse($"{algorithm}:{Convert.ToHexStringLower(hash.GetHashAndReset())}");
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            try
            {
                file.Dispose();
            }
            catch (IOException)
            {
                // What is abandoned need not be complete; FinishAsync reports the error for what is not.
            }
            hash.Dispose();
        }
        base.Dispose(disposing);
    }
}
