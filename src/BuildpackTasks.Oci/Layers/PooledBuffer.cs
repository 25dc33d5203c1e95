using System.Buffers;

namespace BuildpackTasks.Oci;

/// <summary>A stream into memory that is used again: what is written many times over would otherwise be new memory each time.</summary>
/// <param name="capacity">How much it holds at most, in bytes.</param>
internal sealed class PooledBuffer(int capacity) : Stream
{
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(capacity);
    private int length;

    /// <summary>What was written; valid until the buffer is disposed of.</summary>
    public Memory<byte> Written => buffer.AsMemory(0, length);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => length;

    public override long Position { get => length; set => throw new NotSupportedException(); }

    public override void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(buffer.AsSpan(length));
        length += bytes.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
        (buffer, length) = ([], 0);
        base.Dispose(disposing);
    }
}
