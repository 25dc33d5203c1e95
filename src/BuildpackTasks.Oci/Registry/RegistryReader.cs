namespace BuildpackTasks.Oci;

/// <summary>
/// Reads images from one repository. What is known by its digest and in the content store is not asked for again.
/// </summary>
internal sealed class RegistryReader(RegistryConnection connection, ImageReference repository, ContentStore? content)
{
    private readonly ManifestEndpoint manifests = new(connection, repository);
    private readonly BlobEndpoint blobs = new(connection, repository);

    /// <summary>Reads the image for a platform.</summary>
    /// <returns>The image, or null where the repository has nothing by that tag or digest.</returns>
    public async Task<Image?> ReadAsync(string selector, Platform platform, CancellationToken cancellationToken)
    {
        string name = $"{repository.Registry}/{repository.Repository}{(Digest.TryParse(selector, out _) ? "@" : ":")}{selector}";
        if (await ReadManifestAsync(selector, null, cancellationToken) is not { } found) return null;
        (byte[] bytes, string? mediaType) = found;
        StoredDocument document = ManifestReader.Read(bytes, mediaType, name);
        if (document is StoredIndex index)
        {
            Descriptor chosen = index.Choose(platform, name);
            (bytes, _) = await ReadManifestAsync(chosen.Digest.ToString(), chosen, cancellationToken)
                ?? throw OciErrors.ContentMissing($"{repository.Registry}/{repository.Repository}", $"the manifest {chosen.Digest}");
            document = ManifestReader.Read(bytes, chosen.MediaType, name);
        }
        if (document is not StoredManifest manifest) throw OciErrors.MalformedManifest(name, "its index leads to an index");

        byte[] configBytes = await ReadConfigAsync(manifest.Config, cancellationToken);
        ImageConfig config = ImageConfig.Parse(configBytes, name);
        if (!platform.Accepts(config.Platform)) throw OciErrors.NoImageForPlatform(name, platform, [config.Platform]);
        IReadOnlyList<Digest> diffIds = config.DiffIds;
        if (diffIds.Count != manifest.Layers.Count) throw OciErrors.LayerCountMismatch(name, manifest.Layers.Count, diffIds.Count);
        var digest = Digest.Of(bytes);
        connection.Sightings.NoteLayers(repository.Repository, digest, manifest.Layers);
        ILayer[] layers = [.. manifest.Layers.Zip(diffIds, (layer, diffId) => Layer(layer, diffId, digest))];
        return Image.FromStored(bytes, manifest.Format, configBytes, layers, manifest.Annotations, name);
    }

    /// <summary>A layer that a manifest of the repository names.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="diffId">Its diff ID.</param>
    /// <param name="manifest">The manifest's digest.</param>
    public ILayer Layer(Descriptor layer, Digest diffId, Digest manifest) => new RegistryLayer(layer, diffId, repository, manifest, blobs, content);

    private async Task<(byte[] Bytes, string? MediaType)?> ReadManifestAsync(string selector, Descriptor? expected, CancellationToken cancellationToken)
    {
        if (content is not null && Digest.TryParse(selector, out Digest digest)
            && await content.TryReadAsync(digest, ManifestReader.MaxManifestLength, cancellationToken) is { } known) return (known, expected?.MediaType);
        (byte[] Bytes, string? MediaType)? got = await manifests.GetAsync(selector, expected, cancellationToken);
        if (got is { } manifest) await KeepAsync(manifest.Bytes, cancellationToken);
        return got;
    }

    private async Task<byte[]> ReadConfigAsync(Descriptor config, CancellationToken cancellationToken)
    {
        if (content is not null && await content.TryReadAsync(config.Digest, ManifestReader.MaxConfigLength, cancellationToken) is { } known) return known;
        byte[] bytes = await blobs.ReadAsync(config, cancellationToken);
        await KeepAsync(bytes, cancellationToken);
        return bytes;
    }

    private async Task KeepAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        if (content is not null && !content.Has(Digest.Of(bytes), bytes.Length)) await content.AddAsync((stream, stop) => stream.WriteAsync(bytes, stop).AsTask(), Digest.Of(bytes), cancellationToken);
    }
}
