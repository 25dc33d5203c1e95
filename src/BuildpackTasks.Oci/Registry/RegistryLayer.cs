namespace BuildpackTasks.Oci;

/// <summary>A layer in a registry: its bytes are asked for when somebody opens it.</summary>
/// <param name="descriptor">Its descriptor.</param>
/// <param name="diffId">Its diff ID.</param>
/// <param name="source">The repository.</param>
/// <param name="manifest">A manifest there that names it.</param>
/// <param name="blobs">The repository's blobs.</param>
/// <param name="content">Where its bytes may be on this machine, or null.</param>
internal sealed class RegistryLayer(Descriptor descriptor, Digest diffId, ImageReference source, Digest manifest, BlobEndpoint blobs, ContentStore? content) : ILayer
{
    public Descriptor Descriptor => descriptor;

    public Digest DiffId => diffId;

    public ImageReference? Source => source;

    public Digest? SourceManifest => manifest;

    // The content store is asked only for what it has whole: a layer that is trimmed from it meanwhile is in the registry too.
    public Task<Stream> OpenAsync(CancellationToken cancellationToken) =>
        content is not null && content.Has(descriptor.Digest, descriptor.Size)
            ? Task.FromResult(content.Open(descriptor))
            : blobs.OpenAsync(descriptor, cancellationToken);
}
