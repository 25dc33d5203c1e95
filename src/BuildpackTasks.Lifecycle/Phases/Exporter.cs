using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// Makes the image out of the run image, what the buildpacks contributed, and the app (platform specification, "exporter"). Where it
/// is written to is the caller's: the image is a value until then.
/// </summary>
/// <param name="directory">The build's state, as the build phase left it.</param>
/// <param name="cache">Where layers are made and found.</param>
public sealed class Exporter(ImageDirectory directory, LayerCache cache)
{
    // Rebase validates an image that says nothing, or less than 0.12, by stack ids, which no image has any more; what export
    // does is in every version from there on (platform specification, "Rebase").
    private const string PlatformApi = "0.12";

    private const int ConcurrentLayers = 2;

    private const string ProjectMetadataLabel = "io.buildpacks.project.metadata";

    /// <summary>Makes the image.</summary>
    /// <param name="runImage">The run image that analysis was given.</param>
    /// <param name="appDirectory">The published output, as an absolute path.</param>
    /// <param name="settings">What the user set.</param>
    /// <param name="cancellationToken">Stops the export.</param>
    /// <exception cref="CodedException">
    /// BPT2002 to BPT2004: a file of an earlier phase is missing or malformed. BPT2030 to BPT2033: the app cannot be in an image
    /// as it is. BPT2034 to BPT2037: a setting is wrong. BPT2038: a layer that the build found is gone. Or an error of the layer cache.
    /// </exception>
    public async Task<ExportedImage> ExportAsync(ResolvedImage runImage, string appDirectory, ExportSettings settings, CancellationToken cancellationToken)
    {
        MetadataFile metadata = await MetadataFile.ReadAsync(directory, cancellationToken);
        BuiltProcess[] processes =
        [
            .. metadata.Processes.Where(built => settings.Processes.All(process => process.Type != built.Process.Type))
                .Concat(settings.Processes.Select(static process => new BuiltProcess(process, null)))
                .OrderBy(static built => built.Process.Type.ToString(), StringComparer.Ordinal),
        ];
        // Decided before any layer is made: a wrong setting shall not cost the time of a build.
        Check(settings);
        StartCommand start = StartCommand.Resolve(processes, metadata.DefaultProcess, settings, runImage.Image.Config);

        IReadOnlyList<PlannedLayer> planned = await new LayerPlanner(directory, cache).PlanAsync(metadata, appDirectory, cancellationToken);
        IReadOnlyList<KnownLayer> layers = await MakeAsync(planned, cancellationToken);

        DateTimeOffset created = settings.Created ?? LayerEntry.ConstantTime;
        Image image = runImage.Image.WithFormat(settings.Format ?? runImage.Image.Format);
        for (int index = 0; index < layers.Count; index++) image = image.Append(layers[index], new HistoryEntry(planned[index].CreatedBy, created));

        IReadOnlyList<KeyValuePair<string, string>> environment = ImageEnvironment.Apply(
            image.Config.Environment, [.. PlatformVariables(metadata), .. metadata.Environment, .. settings.Environment]);
        image = image.WithConfig(config =>
        {
            config = config
                .WithCreated(created)
                .WithWorkingDirectory(start.WorkingDirectory ?? metadata.AppDirectory)
                .WithEntrypoint(start.Entrypoint, start.Command)
                .WithExposedPorts(metadata.Ports.Concat(settings.Ports))
                .WithLabels([.. metadata.Labels, .. settings.Labels])
                .WithLabels(
                [
                    new(LifecycleMetadata.Label, LayersMetadata(runImage, metadata, planned, layers).ToLabel()),
                    new(BuildMetadataLabel.Label, BuildMetadataLabel.Write(metadata.Buildpacks, processes, start.Default)),
                    new(ProjectMetadataLabel, LabelJson.Write(MetadataTable.From(settings.ProjectMetadata))),
                ]);
            foreach ((string name, string value) in environment) config = config.WithEnvironmentVariable(name, value);
            return settings.User is null ? config : config.WithUser(settings.User);
        });
        image = image.WithAnnotations(BaseAnnotations(runImage, image.Format));
        return new ExportedImage(image, [.. layers.Zip(planned, static (layer, plan) => new ExportedLayer(plan.Name, plan.Buildpack?.Id, plan.IsShareable, layer))]);
    }

    private Task<KnownLayer> MakeAsync(PlannedLayer plan, CancellationToken cancellationToken)
    {
        if (plan.Contents is { } contents) return (plan.IsShareable ? cache : cache.Unshared).GetOrCreateAsync(contents, plan.Compression, cancellationToken);
        string entries = directory.LayerEntriesFile(plan.Buildpack!.Id, LayerName.Parse(plan.Name));
        return cache.GetOrCreateAsync(
            plan.File!.Fingerprint!.Value,
            token => File.Exists(entries) ? LayerEntriesFile.ReadAsync(entries, token) : throw LifecycleErrors.LayerGone(plan.Name),
            plan.Compression,
            cancellationToken);
    }

    private async Task<IReadOnlyList<KnownLayer>> MakeAsync(IReadOnlyList<PlannedLayer> planned, CancellationToken cancellationToken)
    {
        // A layer is compressed by all processors already; two at a time keep them busy while one waits for files. What is known is
        // found at once.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var all = new List<Task<KnownLayer>>();
        var made = new List<Task<KnownLayer>>();
        try
        {
            foreach (PlannedLayer plan in planned)
            {
                Task<KnownLayer> layer = MakeAsync(plan, stop.Token);
                all.Add(layer);
                if (layer.IsCompletedSuccessfully) continue;
                made.Add(layer);
                if (made.Count < ConcurrentLayers) continue;
                Task<KnownLayer> done = await Task.WhenAny(made);
                made.Remove(done);
                await done;
            }
            return await Task.WhenAll(all);
        }
        catch
        {
            await stop.CancelAsync();
            await Task.WhenAll(all).ContinueWith(static ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            throw;
        }
    }

    private static void Check(ExportSettings settings)
    {
        if (settings.Ports.FirstOrDefault(static port => !BuildResultRules.IsPort(port)) is { } port)
            throw LifecycleErrors.BadSetting("ContainerPort", port, "which is not a port. Write a number from 1 to 65535 and tcp or udp, such as 8080/tcp");
        if (settings.Environment.FirstOrDefault(static variable => !BuildResultRules.IsVariable(variable.Name)) is { } variable)
            throw LifecycleErrors.BadSetting("ContainerEnvironmentVariable", variable.Name, "which cannot be a variable's name. Write a name without '='");
        if (settings.Processes.FirstOrDefault(static process => process.Command.Count == 0) is { } process)
            throw LifecycleErrors.BadSetting("ImageProcess", process.Type.ToString(), "which has no command. Set its Command");
    }

    /// <summary>What other tools look for in an image's environment (platform specification, "exporter").</summary>
    private static IEnumerable<EnvironmentVariable> PlatformVariables(MetadataFile metadata) =>
    [
        new("CNB_LAYERS_DIR", Builder.ImageLayersDirectory, EnvironmentAction.Override),
        new("CNB_APP_DIR", metadata.AppDirectory, EnvironmentAction.Override),
        new("CNB_PLATFORM_API", PlatformApi, EnvironmentAction.Override),
    ];

    private static LifecycleMetadata LayersMetadata(ResolvedImage runImage, MetadataFile metadata, IReadOnlyList<PlannedLayer> planned, IReadOnlyList<KnownLayer> layers)
    {
        (PlannedLayer Plan, KnownLayer Layer)[] all = [.. planned.Zip(layers)];
        return new LifecycleMetadata(
            new RunImageMetadata(
                runImage.Image.Layers is [.., var top] ? top.DiffId : null,
                runImage.Reference,
                runImage.Name,
                runImage.Image.Layers.Where(layer => runImage.Fingerprints.ContainsKey(layer.DiffId)).DistinctBy(static layer => layer.DiffId).ToDictionary(
                    static layer => layer.DiffId, layer => new StoredLayer(runImage.Fingerprints[layer.DiffId], layer.Descriptor.Digest, layer.Descriptor.Size))),
            [.. metadata.Buildpacks.Select(buildpack => new BuildpackMetadata(
                buildpack.Id,
                buildpack.Version,
                all.Where(item => item.Plan.Buildpack == buildpack).ToDictionary(static item => item.Plan.Name, static item => new LayerMetadata(
                    item.Layer.DiffId, true, item.Plan.File!.Types!.Build, item.Plan.File.Types.Cache, item.Plan.File.Metadata, Stored(item.Layer)))))],
            [.. all.Where(static item => item.Plan.Buildpack is null).Select(static item => new AppLayerMetadata(item.Layer.DiffId, Stored(item.Layer)))]);
    }

    private static StoredLayer Stored(KnownLayer layer) => new(layer.Fingerprint, layer.Descriptor.Digest, layer.Descriptor.Size);

    /// <summary>
    /// What the image is based on (OCI image specification, "Annotations"), in place of what the run image says of itself. Docker's
    /// manifests have no annotations.
    /// </summary>
    private static SortedDictionary<string, string> BaseAnnotations(ResolvedImage runImage, ImageFormat format)
    {
        var annotations = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (format == ImageFormat.Docker || runImage.Image.Layers.Count == 0) return annotations;
        annotations["org.opencontainers.image.base.digest"] = runImage.Image.Digest.ToString();
        // The annotation holds a name that can be pulled; a run image that is assembled or in a file has none.
        if (ImageReference.TryParse(runImage.Name, out ImageReference? reference)) annotations["org.opencontainers.image.base.name"] = reference.ToString();
        return annotations;
    }
}
