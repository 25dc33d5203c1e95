namespace BuildpackTasks.Oci.Tests;

/// <summary>Bytes that are others each time they are read.</summary>
internal sealed class ChangingContent(long length, params byte[][] readings) : FileContent
{
    private int next;

    public override long Length => length;

    public override Stream OpenRead() => new MemoryStream(readings[Math.Min(next++, readings.Length - 1)]);
}
