using Microsoft.Win32.SafeHandles;

namespace BuildpackTasks.Oci;

/// <summary>A part of a file. Several can read the same file at once.</summary>
/// <param name="file">The open file.</param>
/// <param name="owned">Whether the file is closed with this.</param>
/// <param name="start">Where the part begins.</param>
/// <param name="length">How many bytes it has.</param>
internal sealed class SliceStream(SafeFileHandle file, bool owned, long start, long length) : ReadOnlyStream
{
    private long position;

    public override bool CanSeek => true;

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

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => position,
        _ => length,
    };

    protected override void Dispose(bool disposing)
    {
        if (disposing && owned) file.Dispose();
        base.Dispose(disposing);
    }

    private int Within(int count) => (int)Math.Min(count, length - position);
}
