namespace BuildpackTasks.Oci.Tests;

/// <summary>A layer in memory that counts how often it was opened.</summary>
internal sealed class BytesLayer(byte[] stored) : ILayer
{
    public int Opened { get; private set; }

    public Descriptor Descriptor { get; } = new(MediaTypes.OciLayerGzip, Digest.Of(stored), stored.Length);

    public Digest DiffId { get; } = Digest.Of(stored);

    public ImageReference? Source => null;

    public Task<Stream> OpenAsync(CancellationToken cancellationToken)
    {
        Opened++;
        return Task.FromResult<Stream>(new MemoryStream(stored, writable: false));
    }
}
