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
        string name = NameOf(selector);
        if (await ReadManifestAsync(selector, null, cancellationToken) is not { } found) return null;
        (byte[] bytes, string? mediaType) = found;
        StoredDocument document = ManifestReader.Read(bytes, mediaType, name);
        if (document is StoredIndex index)
        {
            Descriptor chosen = index.Choose(platform, name);
            (bytes, _) = await ReadListedAsync(chosen, cancellationToken);
            document = ManifestReader.Read(bytes, chosen.MediaType, name);
        }
        if (document is not StoredManifest manifest) throw OciErrors.MalformedManifest(name, "its index leads to an index");
        Image image = await ReadImageAsync(bytes, manifest, name, cancellationToken);
        return platform.Accepts(image.Config.Platform) ? image : throw OciErrors.NoImageForPlatform(name, platform, [image.Config.Platform]);
    }

    /// <summary>Reads what a tag or digest stands for, for all platforms.</summary>
    /// <returns>What it is, or null where the repository has nothing by that tag or digest.</returns>
    public async Task<TaggedImage?> ReadTaggedAsync(string selector, CancellationToken cancellationToken)
    {
        if (await ReadManifestAsync(selector, null, cancellationToken) is not { } found) return null;
        string name = NameOf(selector);
        var reader = new TaggedReader(
            name,
            async (descriptor, stop) => (await ReadListedAsync(descriptor, stop)).Bytes,
            (bytes, manifest, stop) => ReadImageAsync(bytes, manifest, name, stop));
        return await reader.ReadAsync(found.Bytes, found.MediaType, cancellationToken);
    }

    /// <summary>The digest of what a tag names now, or null where it names nothing.</summary>
    public async Task<Digest?> FindTagAsync(string tag, CancellationToken cancellationToken)
    {
        (bool isKnown, Digest? digest) = await manifests.LookAsync(tag, new RegistryScope(repository, RegistryAccess.Pull), cancellationToken);
        if (isKnown)
        {
            connection.Sightings.Note(repository.Repository, tag, digest);
            return digest;
        }
        // Some registries do not let anybody look, and some do not say what they have.
        return await manifests.GetAsync(tag, null, cancellationToken) is { } served ? Digest.Of(served.Bytes) : null;
    }

    /// <summary>A layer that a manifest of the repository names.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="diffId">Its diff ID.</param>
    /// <param name="manifest">The manifest's digest.</param>
    public ILayer Layer(Descriptor layer, Digest diffId, Digest manifest) => new RegistryLayer(layer, diffId, repository, manifest, blobs, content);

    private string NameOf(string selector) => $"{repository.Registry}/{repository.Repository}{(Digest.TryParse(selector, out _) ? "@" : ":")}{selector}";

    private async Task<Image> ReadImageAsync(byte[] bytes, StoredManifest manifest, string name, CancellationToken cancellationToken)
    {
        byte[] configBytes = await ReadConfigAsync(manifest.Config, cancellationToken);
        var digest = Digest.Of(bytes);
        Image image = Image.FromStored(bytes, manifest, configBytes, (layer, diffId) => Layer(layer, diffId, digest), name);
        connection.Sightings.NoteLayers(repository.Repository, digest, manifest.Layers);
        return image;
    }

    private async Task<(byte[] Bytes, string? MediaType)> ReadListedAsync(Descriptor listed, CancellationToken cancellationToken) =>
        await ReadManifestAsync(listed.Digest.ToString(), listed, cancellationToken)
            ?? throw OciErrors.ContentMissing($"{repository.Registry}/{repository.Repository}", $"the manifest {listed.Digest}");

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
