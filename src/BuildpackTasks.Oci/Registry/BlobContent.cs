using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace BuildpackTasks.Oci;

/// <summary>A request's body: a blob or a part of one, streamed from where the bytes are, which are opened only when it is sent.</summary>
internal sealed class BlobContent : HttpContent
{
    private readonly BlobBytes bytes;
    private readonly long offset;
    private readonly long count;

    /// <param name="bytes">The blob.</param>
    /// <param name="offset">Where the part begins.</param>
    /// <param name="count">How long it is.</param>
    /// <param name="isPart">Whether the registry is told which part it is.</param>
    public BlobContent(BlobBytes bytes, long offset, long count, bool isPart)
    {
        this.bytes = bytes;
        this.offset = offset;
        this.count = count;
        Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        // The distribution specification's form is not HTTP's: there is no unit before the numbers.
        if (isPart) Headers.TryAddWithoutValidation("Content-Range", string.Create(CultureInfo.InvariantCulture, $"{offset}-{offset + count - 1}"));
    }

    /// <summary>Told when the bytes are about to go out.</summary>
    public Action? Begun { get; set; }

    /// <summary>Told how many bytes have gone out, whenever some have.</summary>
    public Action<int>? Advanced { get; set; }

    /// <summary>Told how much of the blob has gone out, whenever some has.</summary>
    public Action<long>? Reached { get; init; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        Begun?.Invoke();
        long position = offset;
        return bytes.CopyAsync(
            offset,
            count,
            stream,
            length =>
            {
                Advanced?.Invoke(length);
                Reached?.Invoke(position += length);
            },
            cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = count;
        return true;
    }
}
