namespace BuildpackTasks.Oci;

/// <summary>One repository of a registry.</summary>
/// <param name="client">Speaks to registries.</param>
/// <param name="repository">The repository; its tag or digest is what is read where nothing else is asked for.</param>
/// <param name="content">Where manifests and configs are kept so that they are not asked for twice; null for nowhere.</param>
public sealed class RegistryStore(RegistryClient client, ImageReference repository, ContentStore? content = null) : ITaggedStore
{
    /// <inheritdoc/>
    public string Name => $"{repository.Registry}/{repository.Repository}";

    private RegistryConnection Connection => client.Connect(repository.Registry);

    private RegistryReader Reader => new(Connection, repository, content);

    /// <inheritdoc/>
    /// <exception cref="OciException">
    /// BPT1003, BPT1004, BPT1006, BPT1007: there is no such image that can be used. BPT1101 to BPT1117: the registry cannot be read.
    /// </exception>
    public Task<Image?> ReadAsync(string? selector, Platform platform, CancellationToken cancellationToken) =>
        Reader.ReadAsync(Checked(selector), platform, cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="OciException">
    /// BPT1003, BPT1004, BPT1007: there is no such image that can be used. BPT1101 to BPT1117: the registry cannot be read.
    /// </exception>
    public Task<TaggedImage?> ReadTaggedAsync(string? selector, CancellationToken cancellationToken) =>
        Reader.ReadTaggedAsync(Checked(selector), cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="OciException">BPT1101 to BPT1117: the registry cannot be read.</exception>
    public Task<Digest?> FindTagAsync(string tag, CancellationToken cancellationToken)
    {
        RequireTags([tag]);
        return Reader.FindTagAsync(tag, cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="OciException">
    /// BPT1101 to BPT1117: the registry cannot be written. BPT1122: it does not let the tag be moved. BPT1130: it has lost a part of the image.
    /// </exception>
    public Task TagAsync(TaggedImage image, string tag, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(image);
        RequireTags([tag]);
        return new ManifestEndpoint(Connection, repository).PutAsync(tag, image.Descriptor, image.Bytes, cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="OciException">BPT1101 to BPT1117: the registry cannot be written.</exception>
    public Task WriteAsync(Image image, IReadOnlyList<string> tags, IProgress<BlobTransfer>? progress, CancellationToken cancellationToken)
    {
        RequireTags(tags);
        return new RegistryWriter(Connection, repository).WriteAsync(image, tags, progress, null, cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="OciException">BPT1101 to BPT1117: the registry cannot be written.</exception>
    public Task WriteIndexAsync(ImageIndex index, IReadOnlyList<string> tags, IProgress<BlobTransfer>? progress, CancellationToken cancellationToken)
    {
        RequireTags(tags);
        return new RegistryWriter(Connection, repository).WriteIndexAsync(index, tags, progress, null, cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="OciException">BPT1101 to BPT1117: the registry cannot be written. Whatever <paramref name="beforeTag"/> throws.</exception>
    public Task ReplaceAsync(string tag, Image image, Func<CancellationToken, Task> beforeTag, CancellationToken cancellationToken)
    {
        RequireTags([tag]);
        return new RegistryWriter(Connection, repository).WriteAsync(image, [tag], null, beforeTag, cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="OciException">BPT1101 to BPT1117: the registry cannot be written. Whatever <paramref name="beforeTag"/> throws.</exception>
    public Task ReplaceAsync(string tag, ImageIndex index, Func<CancellationToken, Task> beforeTag, CancellationToken cancellationToken)
    {
        RequireTags([tag]);
        return new RegistryWriter(Connection, repository).WriteIndexAsync(index, [tag], null, beforeTag, cancellationToken);
    }

    /// <summary>A layer that a manifest of the repository names, without asking for either.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="diffId">Its diff ID.</param>
    /// <param name="manifest">The manifest's digest.</param>
    public ILayer Layer(Descriptor layer, Digest diffId, Digest manifest) => Reader.Layer(layer, diffId, manifest);

    /// <summary>Whether the repository has a blob of this digest and length.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="cancellationToken">Stops the question.</param>
    /// <exception cref="OciException">BPT1101 to BPT1117: the registry cannot be asked.</exception>
    public Task<bool> HasAsync(Descriptor blob, CancellationToken cancellationToken) => new BlobEndpoint(Connection, repository).ExistsAsync(blob, RegistryAccess.Pull, cancellationToken);

    /// <summary>
    /// Finds out early whether the repository may be written: starts an upload and gives it up, so that nothing stays.
    /// </summary>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="OciException">BPT1101 to BPT1117: it cannot be written.</exception>
    public Task EnsureWritableAsync(CancellationToken cancellationToken) =>
        new BlobUploader(Connection, repository).ProbeAsync(cancellationToken);

    private string Checked(string? selector)
    {
        selector ??= repository.Selector;
        return Digest.TryParse(selector, out _) || ImageReference.IsTag(selector) ? selector : throw OciErrors.NotAnImageReference($"{Name}:{selector}");
    }

    private void RequireTags(IReadOnlyList<string> tags)
    {
        if (tags.FirstOrDefault(static tag => !ImageReference.IsTag(tag)) is { } wrong) throw OciErrors.NotAnImageReference($"{Name}:{wrong}");
    }
}
