using System.Security.Cryptography;

namespace BuildpackTasks.Oci;

/// <summary>
/// Reads content whose descriptor is known: never more bytes than it says, and whoever reads to the end has had the digest
/// verified.
/// </summary>
/// <param name="source">The bytes; disposed of with this.</param>
/// <param name="expected">What they have to be.</param>
/// <param name="mismatch">The error for content that is something else.</param>
/// <param name="truncated">The error for content that ends before it should, or cannot be read on; the cause is null for a plain end.</param>
internal sealed class VerifyingStream(Stream source, Descriptor expected, Func<OciException> mismatch, Func<Exception?, OciException> truncated) : ReadOnlyStream
{
    private readonly IncrementalHash hash = expected.Digest.NewHash();
    private long position;
    private bool verified;
    private bool ended;

    public override long Length => expected.Size;

    public override long Position { get => position; set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty || ended) return 0;
        int count;
        try
        {
            count = source.Read(buffer);
        }
        catch (IOException e)
        {
            throw truncated(e);
        }
        Account(buffer[..count]);
        return count;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty || ended) return 0;
        int count;
        try
        {
            count = await source.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException e)
        {
            throw truncated(e);
        }
        Account(buffer.Span[..count]);
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            hash.Dispose();
            source.Dispose();
        }
        base.Dispose(disposing);
    }

    // The last byte is handed out only once the whole is known to be right: who counts bytes instead of reading to the end
    // is safe too.
    private void Account(ReadOnlySpan<byte> read)
    {
        position += read.Length;
        if (position > expected.Size) throw mismatch();
        ended = read.IsEmpty;
        if (ended && position < expected.Size) throw truncated(null);
        hash.AppendData(read);
        if (position < expected.Size || verified) return;
        if (!expected.Digest.IsOf(hash)) throw mismatch();
        verified = true;
    }
}
