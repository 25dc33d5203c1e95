using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// Puts back what the group's buildpacks noted about their layers in the previous image, and the contents of those that they want to
/// find again (platform specification, "restorer"; buildpack specification, "Layer Types").
/// </summary>
/// <param name="directory">The build's state: <c>layers/</c> is emptied and filled.</param>
/// <param name="cache">The contents that were kept.</param>
public sealed class Restorer(ImageDirectory directory, BuildpackLayerCache cache)
{
    /// <summary>What the image is for: <c>production</c>, <c>test</c>, <c>development</c> or a name of the user's own.</summary>
    public string ExecutionEnvironment { get; init; } = "production";

    /// <summary>
    /// Reads the previous image; asked only where a bill of materials is in it of which its metadata does not say enough. Null where it
    /// is gone.
    /// </summary>
    public Func<CancellationToken, Task<Image?>> PreviousImage { get; init; } = static _ => Task.FromResult<Image?>(null);

    /// <summary>Restores layers.</summary>
    /// <param name="cancellationToken">Stops the restoring.</param>
    /// <returns>Each layer of the previous image and of the cache that a buildpack of the group contributed.</returns>
    /// <exception cref="LifecycleException">BPT2002 to BPT2005: a file of an earlier phase is missing or malformed, or one cannot be written.</exception>
    public async Task<IReadOnlyList<RestoredLayer>> RestoreAsync(CancellationToken cancellationToken)
    {
        AnalyzedFile analyzed = await AnalyzedFile.ReadAsync(directory, cancellationToken);
        GroupFile group = await GroupFile.ReadAsync(directory, cancellationToken);
        StateFile.DeleteDirectory(directory.LayersDirectory);

        LifecycleMetadata? cached = await cache.ReadAsync(cancellationToken);
        using var inImageSboms = new RestoredSboms(directory, SbomDirectory.Launch, token => FindSbomsAsync(analyzed.PreviousMetadata?.Sbom, token));
        using var cachedSboms = new RestoredSboms(directory, SbomDirectory.Cache, async token => cached?.Sbom is { } sboms ? await cache.FindAsync(sboms.Sha, sboms.Stored, token) : null);
        // An image that does not say what it is for is one of before that was told apart.
        bool isSameEnvironment = (analyzed.PreviousMetadata?.ExecutionEnvironment ?? ExecutionEnvironment) == ExecutionEnvironment;
        var restored = new List<RestoredLayer>();
        foreach (GroupMember member in group.Group)
        {
            BuildpackMetadata? previous = analyzed.PreviousMetadata?.Buildpacks.FirstOrDefault(buildpack => buildpack.Id == member.Id);
            if (previous?.Store is { } store)
                await new LayerFile(null, store).WriteAsync(Path.Combine(directory.BuildpackDirectory(member.Id), "store.toml"), cancellationToken);

            IReadOnlyDictionary<string, LayerMetadata> inImage = previous?.Layers ?? new Dictionary<string, LayerMetadata>();
            IReadOnlyDictionary<string, LayerMetadata> inCache = cached?.Buildpacks.FirstOrDefault(buildpack => buildpack.Id == member.Id)?.Layers ?? new Dictionary<string, LayerMetadata>();
            foreach (string name in inImage.Keys.Union(inCache.Keys).Order(StringComparer.Ordinal))
            {
                (RestoredLayer layer, RestoreSource source) = await RestoreAsync(member.Id, name, inImage.GetValueOrDefault(name), inCache.GetValueOrDefault(name), isSameEnvironment, analyzed.PreviousImage is null, cancellationToken);
                restored.Add(layer);
                if (layer.Restored) await (source == RestoreSource.Image ? inImageSboms : cachedSboms).PutBackAsync(member.Id, LayerName.Parse(name), cancellationToken);
            }
        }
        return restored;
    }

    private async Task<ILayer?> FindSbomsAsync(AppLayerMetadata? sboms, CancellationToken cancellationToken)
    {
        if (sboms is null) return null;
        if (await cache.FindAsync(sboms.Sha, sboms.Stored, cancellationToken) is { } known) return known;
        return (await PreviousImage(cancellationToken))?.Layers.FirstOrDefault(layer => layer.DiffId == sboms.Sha);
    }

    private async Task<(RestoredLayer Layer, RestoreSource Source)> RestoreAsync(
        BuildpackId buildpack, string text, LayerMetadata? image, LayerMetadata? cached, bool isSameEnvironment, bool isRemembered, CancellationToken cancellationToken)
    {
        // The name is from outside; it becomes the name of a file.
        if (!LayerName.TryParse(text, out LayerName name)) return (new RestoredLayer(buildpack, text, false, "its name cannot be a layer's"), RestoreSource.Nothing);
        RestoreDecision decision = RestoreTable.Decide(Types(image), Types(cached), image?.Sha == cached?.Sha, isSameEnvironment);
        if (decision.Metadata == RestoreSource.Nothing) return (new RestoredLayer(buildpack, text, false, decision.Reason), decision.Metadata);

        // A buildpack that finds it may keep it; of an image that is only remembered, the layer itself may be gone.
        if (isRemembered && decision is { Metadata: RestoreSource.Image, Contents: false } && await cache.FindAsync(image!.Sha, image.Stored, cancellationToken) is null)
            return (new RestoredLayer(buildpack, text, false, "the layer is not in the cache any more, and the previous image cannot be read"), decision.Metadata);

        string layer = Path.Combine(directory.BuildpackDirectory(buildpack), text);
        if (decision.Contents && !await cache.TryRestoreAsync(cached!, layer, cancellationToken))
            return (new RestoredLayer(buildpack, text, false, "its contents are not in the cache any more, or not what they were"), decision.Metadata);
        IReadOnlyDictionary<string, object> data = (decision.Metadata == RestoreSource.Image ? image : cached)!.Data;
        await new LayerFile(null, data).WriteAsync(directory.LayerFile(buildpack, name), cancellationToken);
        return (new RestoredLayer(buildpack, text, true, decision.Reason), decision.Metadata);
    }

    private static LayerTypes? Types(LayerMetadata? layer) => layer is null ? null : new LayerTypes(layer.Launch, layer.Build, layer.Cache);
}
