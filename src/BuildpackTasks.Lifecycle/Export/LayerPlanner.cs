using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// Lists the layers that go on the run image, the lowest first (platform specification, "exporter"): the buildpacks' launch layers
/// in the group's order, the bills of materials, then the app's slices, then the rest of the app. Unlike there, a layer without anything in it is left
/// out: an empty layer costs every puller a request and changes nothing.
/// </summary>
/// <param name="directory">The build's state.</param>
/// <param name="cache">Knows the digests of files that need a time from their content.</param>
internal sealed class LayerPlanner(ImageDirectory directory, LayerCache cache)
{
    public async Task<IReadOnlyList<PlannedLayer>> PlanAsync(MetadataFile metadata, string appDirectory, CancellationToken cancellationToken)
    {
        var layers = new List<PlannedLayer>();
        foreach (GroupMember buildpack in metadata.Buildpacks) await AddBuildpackLayersAsync(buildpack, layers, cancellationToken);
        if (SbomDirectory.Plan(directory) is { } sbom) layers.Add(sbom);
        await AddAppLayersAsync(metadata, appDirectory, layers, cancellationToken);
        return [.. layers.Where(static layer => layer.Contents is not { IsEmpty: true })];
    }

    private async Task AddBuildpackLayersAsync(GroupMember buildpack, List<PlannedLayer> layers, CancellationToken cancellationToken)
    {
        foreach ((LayerName name, LayerFile file) in await LayerFile.ReadAllAsync(directory, buildpack.Id, cancellationToken))
        {
            if (file.Types is not { Launch: true }) continue;
            LayerContents? contents = file is { Fingerprint: null, IsKept: false } ? await LayerEntriesFile.ReadAsync(directory.LayerEntriesFile(buildpack.Id, name), cancellationToken) : null;
            layers.Add(new PlannedLayer(PlannedLayerKind.Buildpack, name.ToString(), $"Layer: '{name}', Created by buildpack: {buildpack}", contents, IsShareable: true, buildpack, file));
        }
    }

    private async Task AddAppLayersAsync(MetadataFile metadata, string appDirectory, List<PlannedLayer> layers, CancellationToken cancellationToken)
    {
        IReadOnlyList<AppFile> files = AppFiles.Read(appDirectory, areLinksKept: appDirectory == directory.PrivateAppDirectory, cancellationToken);
        if (File.Exists(directory.AppEntriesFile))
            files = AppFiles.Change(files, await LayerEntriesFile.ReadAsync(directory.AppEntriesFile, cancellationToken), metadata.AppDirectory);
        IReadOnlyList<IReadOnlyList<AppFile>> slices = AppSlicer.Divide(files, metadata.Slices, metadata.AppDirectory);
        for (int index = 0; index < slices.Count; index++)
        {
            Slice? slice = index < metadata.Slices.Count ? metadata.Slices[index] : null;
            var entries = new List<LayerEntry>();
            foreach (AppFile file in slices[index]) entries.Add(await EntryAsync(file, metadata, slice?.Time ?? FileTimes.Constant, cancellationToken));
            layers.Add(new PlannedLayer(PlannedLayerKind.App, slice?.Name ?? "app", slice is null ? "Application Layer" : $"Application Slice: {slice.Name}", LayerContents.Create(entries), IsShareable: slice is not null));
        }
    }

    /// <summary>Owner, mode and time by rule: nothing of how the build machine keeps the file reaches the image.</summary>
    private async Task<LayerEntry> EntryAsync(AppFile file, MetadataFile metadata, FileTimes times, CancellationToken cancellationToken)
    {
        string path = $"{metadata.AppDirectory[1..]}/{file.Path}";
        if (file.LinkTarget is { } target) return LayerEntry.ForSymbolicLink(path, target);
        if (file.Content is not { } content) return LayerEntry.ForDirectory(path);
        LayerEntry entry = LayerEntry.ForFile(path, content, metadata.Executables.Contains(file.Path) ? LayerEntry.ExecutableMode : LayerEntry.FileMode);
        return times == FileTimes.FromContent ? entry with { Time = ContentTime.Of(await cache.DigestOfAsync(content, cancellationToken)) } : entry;
    }
}
