namespace BuildpackTasks.Lifecycle;

/// <summary>
/// Puts back what the group's buildpacks noted about their layers in the previous image (platform specification, "restorer";
/// buildpack specification, "Layer Types").
/// </summary>
/// <param name="directory">The build's state: <c>layers/</c> is emptied and filled.</param>
public sealed class Restorer(ImageDirectory directory)
{
    /// <summary>Restores the metadata of layers.</summary>
    /// <param name="cancellationToken">Stops the restoring.</param>
    /// <returns>Each layer of the previous image that a buildpack of the group contributed.</returns>
    /// <exception cref="LifecycleException">BPT2002 to BPT2005: a file of an earlier phase is missing or malformed, or one cannot be written.</exception>
    public async Task<IReadOnlyList<RestoredLayer>> RestoreAsync(CancellationToken cancellationToken)
    {
        AnalyzedFile analyzed = await AnalyzedFile.ReadAsync(directory, cancellationToken);
        GroupFile group = await GroupFile.ReadAsync(directory, cancellationToken);
        StateFile.DeleteDirectory(directory.LayersDirectory);

        var restored = new List<RestoredLayer>();
        foreach (GroupMember member in group.Group)
        {
            if (analyzed.PreviousMetadata?.Buildpacks.FirstOrDefault(buildpack => buildpack.Id == member.Id) is not { } previous) continue;
            if (previous.Store is not null)
                await new LayerFile(null, previous.Store).WriteAsync(Path.Combine(directory.BuildpackDirectory(member.Id), "store.toml"), cancellationToken);
            foreach ((string name, LayerMetadata layer) in previous.Layers)
            {
                RestoredLayer decision = Decide(member.Id, name, layer);
                restored.Add(decision);
                if (decision.Restored) await new LayerFile(null, layer.Data).WriteAsync(directory.LayerFile(member.Id, LayerName.Parse(name)), cancellationToken);
            }
        }
        return restored;
    }

    /// <summary>
    /// The table of "Layer Types": metadata of a launch layer comes back from the image; where a layer's contents would be needed
    /// for the build, they must be in a cache of layer contents, and no built-in buildpack has any.
    /// </summary>
    private static RestoredLayer Decide(BuildpackId buildpack, string name, LayerMetadata layer) => layer switch
    {
        // The name is from outside; it becomes the name of a file.
        _ when !LayerName.TryParse(name, out _) => new RestoredLayer(buildpack, name, false, "its name cannot be a layer's"),
        { Cache: true } => new RestoredLayer(buildpack, name, false, "it is a cache layer, and its contents are not in the cache"),
        { Build: true } => new RestoredLayer(buildpack, name, false, "it is a build layer that is not cached"),
        { Launch: false } => new RestoredLayer(buildpack, name, false, "it is not in the image"),
        _ => new RestoredLayer(buildpack, name, true, "it is a launch layer of the previous image"),
    };
}
