namespace BuildpackTasks.Oci;

/// <summary>
/// Images that were made on this machine and are kept in the cache whole, such as a run image assembled from packages: one
/// phase of a build leaves it there, another takes it up by its digest.
/// </summary>
/// <param name="content">Where the blobs are.</param>
public sealed class CachedImages(ContentStore content)
{
    /// <summary>Keeps an image's manifest and config; its layers are in the cache already.</summary>
    /// <param name="image">The image.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    /// <exception cref="OciException">BPT1013 or BPT1014: the cache directory is full or cannot be written.</exception>
    public async Task KeepAsync(Image image, CancellationToken cancellationToken)
    {
        await AddAsync(image.ConfigBytes, image.ConfigDescriptor.Digest, cancellationToken);
        await AddAsync(image.ManifestBytes, image.Digest, cancellationToken);
    }

    /// <summary>The image with a digest, or null where the cache no longer has all of it.</summary>
    /// <param name="digest">The digest of its manifest.</param>
    /// <param name="name">What messages call the image.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="OciException">BPT1003 or BPT1004: what was kept is not an image.</exception>
    public Task<Image?> FindAsync(Digest digest, string name, CancellationToken cancellationToken) => FindAsync(digest, name, [], cancellationToken);

    /// <summary>The image with a digest that stands on another, or null where the cache no longer has all of what is above that.</summary>
    /// <param name="digest">The digest of its manifest.</param>
    /// <param name="name">What messages call the image.</param>
    /// <param name="elsewhere">The layers of the other image, which are read from where that is.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="OciException">BPT1003 or BPT1004: what was kept is not an image.</exception>
    public async Task<Image?> FindAsync(Digest digest, string name, IReadOnlyCollection<ILayer> elsewhere, CancellationToken cancellationToken)
    {
        if (await content.TryReadAsync(digest, ManifestReader.MaxManifestLength, cancellationToken) is not { } manifest) return null;
        if (ManifestReader.Read(manifest, null, name) is not StoredManifest stored) return null;
        if (await content.TryReadAsync(stored.Config.Digest, ManifestReader.MaxConfigLength, cancellationToken) is not { } config) return null;

        var known = elsewhere.DistinctBy(static layer => layer.Descriptor.Digest).ToDictionary(static layer => layer.Descriptor.Digest);
        if (!stored.Layers.All(layer => known.ContainsKey(layer.Digest) || content.Has(layer.Digest, layer.Size))) return null;
        return Image.FromStored(manifest, stored, config, (layer, diffId) => known.GetValueOrDefault(layer.Digest) ?? new ContentLayer(content, layer, diffId), name);
    }

    private async Task AddAsync(ReadOnlyMemory<byte> bytes, Digest digest, CancellationToken cancellationToken)
    {
        if (!content.Has(digest, bytes.Length))
            await content.AddAsync((stream, token) => stream.WriteAsync(bytes, token).AsTask(), digest, cancellationToken);
    }
}
