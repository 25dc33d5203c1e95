using System.Net;
using System.Net.Http.Headers;

namespace BuildpackTasks.Oci;

/// <summary>A request's body that is streamed from where the bytes are, opened only when it is sent.</summary>
internal sealed class BlobContent : HttpContent
{
    private const int BufferLength = 128 << 10;

    private readonly Func<CancellationToken, Task<Stream>> open;
    private readonly long length;

    public BlobContent(Func<CancellationToken, Task<Stream>> open, long length)
    {
        this.open = open;
        this.length = length;
        Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
    }

    /// <summary>What went wrong with the bytes themselves, which the connection's own complaint would hide; null for nothing.</summary>
    public Exception? Failure { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[BufferLength];
        using Stream source = await NoteAsync(() => open(cancellationToken));
        while (await NoteAsync(() => source.ReadAsync(buffer, cancellationToken).AsTask()) is > 0 and int count)
        {
            await stream.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = this.length;
        return true;
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
