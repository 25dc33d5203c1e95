using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>Says in the image what its layers are, for the next build, rebase and other tools.</summary>
internal static class LifecycleMetadataLabel
{
    /// <summary>What an image says of its layers.</summary>
    /// <param name="runImage">What it is stacked on.</param>
    /// <param name="buildpacks">The buildpacks that built, and what each keeps from build to build.</param>
    /// <param name="layers">The layers above the run image's.</param>
    /// <param name="executionEnvironment">What the image is for.</param>
    /// <param name="config">What the run image's config passes on to the image.</param>
    public static LifecycleMetadata Of(
        ResolvedImage runImage,
        IReadOnlyList<(GroupMember Member, IReadOnlyDictionary<string, object>? Store)> buildpacks,
        IReadOnlyList<(PlannedLayer Plan, KnownLayer Layer)> layers,
        string executionEnvironment,
        NotedConfig config) => new(
            new RunImageMetadata(
                runImage.Image.Layers is [.., var top] ? top.DiffId : null,
                runImage.Reference,
                runImage.Name,
                LabelEdit.Stored(runImage))
            {
                // What has no layers has no other version that an image could be put on.
                Config = runImage.Image.Layers.Count > 0 ? config : null,
            },
            [.. buildpacks.Select(buildpack => new BuildpackMetadata(
                buildpack.Member.Id,
                buildpack.Member.Version,
                layers.Where(item => item.Plan.Buildpack == buildpack.Member).ToDictionary(static item => item.Plan.Name, static item => new LayerMetadata(
                    item.Layer.DiffId, true, item.Plan.File!.Types!.Build, item.Plan.File.Types.Cache, item.Plan.File.Metadata, Stored(item.Layer)) { Start = item.Plan.File.Start }),
                buildpack.Store))],
            [.. layers.Where(static item => item.Plan.Kind == PlannedLayerKind.App).Select(static item => Other(item.Layer))])
        {
            Sbom = Only(layers, PlannedLayerKind.Sbom),
            Launcher = Only(layers, PlannedLayerKind.Launcher),
            LauncherConfig = Only(layers, PlannedLayerKind.LauncherConfig),
            ProcessTypes = Only(layers, PlannedLayerKind.ProcessTypes),
            ExecutionEnvironment = executionEnvironment,
        };

    private static AppLayerMetadata? Only(IReadOnlyList<(PlannedLayer Plan, KnownLayer Layer)> layers, PlannedLayerKind kind) =>
        layers.Where(item => item.Plan.Kind == kind).Select(static item => Other(item.Layer)).FirstOrDefault();

    private static AppLayerMetadata Other(KnownLayer layer) => new(layer.DiffId, Stored(layer));

    private static StoredLayer Stored(KnownLayer layer) => new(layer.Fingerprint, layer.Descriptor.Digest, layer.Descriptor.Size);
}
