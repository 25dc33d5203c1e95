namespace BuildpackTasks.Oci;

/// <summary>
/// A blob's bytes, read from front to back however many requests they are sent in. Whoever asks for what has been read already,
/// because a request has to be sent again, has them opened and read anew.
/// </summary>
internal sealed class BlobBytes(Func<CancellationToken, Task<Stream>> open) : IDisposable
{
    private const int BufferLength = 128 << 10;

    // A request that was answered before it was sent goes on sending for a moment (HTTP/2) while the next one begins.
    private readonly SemaphoreSlim turn = new(1);

    private Stream? source;
    private long position;

    /// <summary>What went wrong with the bytes themselves, which the connection's own complaint would hide; null for nothing.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Copies a part.</summary>
    /// <param name="offset">Where it begins.</param>
    /// <param name="count">How long it is.</param>
    /// <param name="target">Where it goes.</param>
    /// <param name="advanced">Told the length of every piece that has gone.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task CopyAsync(long offset, long count, Stream target, Action<int>? advanced, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[BufferLength];
        await turn.WaitAsync(cancellationToken);
        try
        {
            Failure = null;
            await GoToAsync(offset, buffer, cancellationToken);
            for (long end = offset + count; position < end;)
            {
                int length = await ReadAsync(buffer, end - position, cancellationToken);
                if (length == 0) return; // The layer is shorter than it says, which the request's length tells.
                await target.WriteAsync(buffer.AsMemory(0, length), cancellationToken);
                advanced?.Invoke(length);
            }
        }
        catch
        {
            // Bytes were read that nobody got.
            Close();
            throw;
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => Close();

    private void Close()
    {
        source?.Dispose();
        source = null;
    }

    // Skipping reads: a layer is verified as a whole, and what is streamed from elsewhere cannot be entered in its middle.
    private async Task GoToAsync(long offset, byte[] buffer, CancellationToken cancellationToken)
    {
        if (source is not null && position > offset) Close();
        if (source is null)
        {
            position = 0;
            source = await NoteAsync(() => open(cancellationToken));
        }
        while (position < offset && await ReadAsync(buffer, offset - position, cancellationToken) > 0)
        {
        }
    }

    private async Task<int> ReadAsync(byte[] buffer, long limit, CancellationToken cancellationToken)
    {
        int length = await NoteAsync(() => source!.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, limit)), cancellationToken).AsTask());
        position += length;
        return length;
    }

    private async Task<T> NoteAsync<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception e)
        {
            Failure = e;
            throw;
        }
    }
}
