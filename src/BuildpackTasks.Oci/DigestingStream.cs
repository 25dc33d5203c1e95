using System.Security.Cryptography;

namespace BuildpackTasks.Oci;

/// <summary>Computes the digest of what is read through it. It does not own the source.</summary>
/// <param name="source">What is read.</param>
/// <param name="expected">The digest that all of it should have.</param>
public sealed class DigestingStream(Stream source, Digest expected) : ReadOnlyStream
{
    private readonly IncrementalHash hash = expected.NewHash();

    /// <summary>Whether what was read until now is what was expected; asked once.</summary>
    public bool IsExpected => expected.IsOf(hash);

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        int read = source.Read(buffer);
        hash.AppendData(buffer[..read]);
        return read;
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = await source.ReadAsync(buffer, cancellationToken);
        hash.AppendData(buffer.Span[..read]);
        return read;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) hash.Dispose();
        base.Dispose(disposing);
    }
}
