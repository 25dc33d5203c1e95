namespace BuildpackTasks.Oci;

/// <summary>A stream for reading that fails with an <see cref="IOException"/> where nothing comes for too long.</summary>
internal sealed class ImpatientStream(Stream source, TimeSpan patience) : ReadOnlyStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(patience);
        try
        {
            return await source.ReadAsync(buffer, timeout.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException("nothing came for too long", e);
        }
    }

    public override int Read(Span<byte> buffer) => source.Read(buffer);

    protected override void Dispose(bool disposing)
    {
        if (disposing) source.Dispose();
        base.Dispose(disposing);
    }
}
