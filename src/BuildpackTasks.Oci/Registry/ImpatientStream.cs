using System.Diagnostics;

namespace BuildpackTasks.Oci;

/// <summary>
/// A stream for reading that fails with an <see cref="IOException"/> where nothing comes for too long, or so little that it never
/// ends: a hostile server could otherwise hold a build with a byte now and then.
/// </summary>
/// <param name="source">The bytes; disposed of with this.</param>
/// <param name="patience">How long nothing may come.</param>
/// <param name="slowest">How many bytes a second have to come in the end.</param>
/// <param name="read">Told how many bytes were read, whenever some were; null where nobody asks.</param>
internal sealed class ImpatientStream(Stream source, TimeSpan patience, int slowest, Action<int>? read = null) : ReadOnlyStream
{
    // Only what was spent waiting for the server counts, not what the reader does with what came.
    private TimeSpan waited;
    private long received;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        TimeSpan left = patience + TimeSpan.FromSeconds((double)received / slowest) - waited;
        if (left <= TimeSpan.Zero) throw new IOException("too little came for too long");
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(left < patience ? left : patience);
        long begun = Stopwatch.GetTimestamp();
        try
        {
            int count = await source.ReadAsync(buffer, timeout.Token);
            received += count;
            if (count > 0) read?.Invoke(count);
            return count;
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException("nothing came for too long", e);
        }
        finally
        {
            waited += Stopwatch.GetElapsedTime(begun);
        }
    }

    public override int Read(Span<byte> buffer)
    {
        int count = source.Read(buffer);
        if (count > 0) read?.Invoke(count);
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) source.Dispose();
        base.Dispose(disposing);
    }
}
