namespace BuildpackTasks.Oci;

/// <summary>A layer in a registry: its bytes are asked for when somebody opens it.</summary>
internal sealed class RegistryLayer(Descriptor descriptor, Digest diffId, ImageReference source, BlobEndpoint blobs, ContentStore? content) : ILayer
{
    public Descriptor Descriptor => descriptor;

    public Digest DiffId => diffId;

    public ImageReference? Source => source;

    // The content store is asked only for what it has whole: a layer that is trimmed from it meanwhile is in the registry too.
    public Task<Stream> OpenAsync(CancellationToken cancellationToken) =>
        content is not null && content.Has(descriptor.Digest, descriptor.Size)
            ? Task.FromResult(content.Open(descriptor))
            : blobs.OpenAsync(descriptor, cancellationToken);
}
