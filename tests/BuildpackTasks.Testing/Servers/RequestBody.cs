namespace BuildpackTasks.Testing;

/// <summary>A request's body on its way through a <see cref="FaultProxy"/>: counted, and with a changed bit where that is the fault.</summary>
internal sealed class RequestBody(Stream body, ProxiedRequest request, bool flip) : Stream
{
    private bool flipped;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count = await body.ReadAsync(buffer, cancellationToken);
        request.Count(count);
        if (flip && !flipped && count > 0)
        {
            buffer.Span[count / 2] ^= 1;
            flipped = true;
        }
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    internal async Task ReadHalfAsync(CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[64 << 10];
        for (long left = request.Length / 2; left > 0;)
        {
            int count = await ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), cancellationToken);
            if (count == 0) return;
            left -= count;
        }
    }
}
