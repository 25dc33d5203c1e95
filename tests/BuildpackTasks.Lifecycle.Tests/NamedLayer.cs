using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>A layer that is known by its names alone.</summary>
internal sealed class NamedLayer(Digest diffId, Digest digest, long size, string mediaType = MediaTypes.OciLayerGzip) : ILayer
{
    public Descriptor Descriptor => new(mediaType, digest, size);

    public Digest DiffId => diffId;

    public ImageReference? Source => null;

    public Task<Stream> OpenAsync(CancellationToken cancellationToken) => throw new InvalidOperationException("Nobody has its bytes.");
}
