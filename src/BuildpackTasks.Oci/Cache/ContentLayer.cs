namespace BuildpackTasks.Oci;

/// <summary>A layer that is known by its descriptor and whose bytes are in the cache.</summary>
internal sealed class ContentLayer(ContentStore content, Descriptor descriptor, Digest diffId) : ILayer
{
    public Descriptor Descriptor => descriptor;

    public Digest DiffId => diffId;

    public ImageReference? Source => null;

    public Task<Stream> OpenAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(content.Open(descriptor));
    }
}
