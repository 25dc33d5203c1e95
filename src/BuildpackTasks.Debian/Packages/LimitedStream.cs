using BuildpackTasks.Oci;

namespace BuildpackTasks.Debian;

/// <summary>The next bytes of a stream and no more. Disposing it leaves the stream open.</summary>
internal sealed class LimitedStream(Stream inner, long length) : ReadOnlyStream
{
    private long left = length;

    /// <summary>How many bytes have not been read yet.</summary>
    public long Left => left;

    public override int Read(Span<byte> buffer)
    {
        int read = inner.Read(buffer[..(int)Math.Min(buffer.Length, left)]);
        left -= read;
        return read;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = await inner.ReadAsync(buffer[..(int)Math.Min(buffer.Length, left)], cancellationToken);
        left -= read;
        return read;
    }
}
