namespace BuildpackTasks.Lifecycle;

/// <summary>Reads a file line by line, with the place of each, however long the file is and whatever is in it.</summary>
/// <param name="stream">The file, from its beginning.</param>
/// <param name="maxLength">How long a line may be, in bytes.</param>
internal sealed class LineReader(Stream stream, int maxLength)
{
    private readonly byte[] buffer = new byte[64 << 10];
    private int start;
    private int end;
    private long position;
    private long number;

    /// <summary>A line.</summary>
    /// <param name="Number">Its number, from 1.</param>
    /// <param name="Offset">Where it begins in the file.</param>
    /// <param name="End">Where the next one begins.</param>
    /// <param name="Bytes">Its bytes without the line's end; those up to the limit where it is longer.</param>
    /// <param name="IsTooLong">Whether it is longer than the limit.</param>
    /// <param name="IsWhole">Whether the line's end was there.</param>
    public sealed record Line(long Number, long Offset, long End, byte[] Bytes, bool IsTooLong, bool IsWhole);

    /// <summary>Reads the next line.</summary>
    /// <returns>The line, or null at the end.</returns>
    public async Task<Line?> ReadAsync(CancellationToken cancellationToken)
    {
        long offset = position;
        var line = new MemoryStream();
        bool tooLong = false;
        while (true)
        {
            if (start == end)
            {
                start = 0;
                end = await stream.ReadAsync(buffer, cancellationToken);
                if (end == 0) return position == offset ? null : Finish(isWhole: false);
            }
            int length = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            int taken = length < 0 ? end - start : length;
            int room = (int)Math.Min(taken, maxLength - line.Length);
            line.Write(buffer, start, room);
            tooLong |= room < taken;
            int consumed = length < 0 ? taken : taken + 1;
            start += consumed;
            position += consumed;
            if (length >= 0) return Finish(isWhole: true);
        }

        Line Finish(bool isWhole)
        {
            byte[] bytes = line.ToArray();
            return new Line(++number, offset, position, bytes is [.. byte[] text, (byte)'\r'] ? text : bytes, tooLong, isWhole);
        }
    }
}
