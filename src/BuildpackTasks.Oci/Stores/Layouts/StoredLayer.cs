namespace BuildpackTasks.Oci;

/// <summary>A layer whose bytes a layout or archive has.</summary>
/// <param name="descriptor">What the layer is known by.</param>
/// <param name="diffId">The digest of the uncompressed layer.</param>
/// <param name="open">Opens the bytes, verified.</param>
internal sealed class StoredLayer(Descriptor descriptor, Digest diffId, Func<Stream> open) : ILayer
{
    public Descriptor Descriptor => descriptor;

    public Digest DiffId => diffId;

    public ImageReference? Source => null;

    public Task<Stream> OpenAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(open());
    }
}
