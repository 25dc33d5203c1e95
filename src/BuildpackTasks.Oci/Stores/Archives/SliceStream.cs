using Microsoft.Win32.SafeHandles;

namespace BuildpackTasks.Oci;

/// <summary>A part of a file. Several can read the same file at once.</summary>
/// <param name="file">The open file.</param>
/// <param name="owned">Whether the file is closed with this.</param>
/// <param name="start">Where the part begins.</param>
/// <param name="length">How many bytes it has.</param>
internal sealed class SliceStream(SafeFileHandle file, bool owned, long start, long length) : Stream
{
    private long position;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => position;
        set => position = value is >= 0 && value <= length ? value : throw new ArgumentOutOfRangeException(nameof(value));
    }

    public override int Read(Span<byte> buffer)
    {
        int count = RandomAccess.Read(file, buffer[..Within(buffer.Length)], start + position);
        position += count;
        return count;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count = await RandomAccess.ReadAsync(file, buffer[..Within(buffer.Length)], start + position, cancellationToken);
        position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => position,
        _ => length,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && owned) file.Dispose();
        base.Dispose(disposing);
    }

    private int Within(int count) => (int)Math.Min(count, length - position);
}
