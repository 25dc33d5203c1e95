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
    internal const string ProjectMetadataLabel = "io.buildpacks.project.metadata";

    // The specification has this in the label about layers, the reference in one of its own.
    internal const string ExecutionEnvironmentLabel = "io.buildpacks.exec-env";

    /// <summary>Gives a launcher for the image; asked only where the image needs one. Null where none can be had.</summary>
    public Func<CancellationToken, Task<LauncherFiles?>> Launcher { get; init; } = static _ => Task.FromResult<LauncherFiles?>(null);

    /// <summary>
    /// Reads the previous image that analysis found; asked only where a buildpack keeps a layer of it of which the image's own
    /// metadata does not say enough. Null where it is gone.
    /// </summary>
    public Func<CancellationToken, Task<Image?>> PreviousImage { get; init; } = static _ => Task.FromResult<Image?>(null);

    /// <summary>Makes the image.</summary>
    /// <param name="runImage">The run image that analysis was given.</param>
    /// <param name="appDirectory">The published output, as an absolute path.</param>
    /// <param name="settings">What the user set.</param>
    /// <param name="cancellationToken">Stops the export.</param>
    /// <exception cref="CodedException">
    /// BPT2002 to BPT2004: a file of an earlier phase is missing or malformed. BPT2030 to BPT2033: the app cannot be in an image
    /// as it is. BPT2034 to BPT2037: a setting is wrong. BPT2038: a layer that the build found is gone. BPT2190 to BPT2197: the
    /// image cannot start as it is to, or has no layer to keep. Or an error of the layer cache.
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
        Process? process = DefaultProcess.Choose(processes, metadata.DefaultProcess, settings);
        string? reason = LauncherNeed.Decide(settings.LauncherMode, metadata, processes, process?.Type);
        LauncherFiles? launcher = reason is null ? null : await Launcher(cancellationToken) ?? throw LifecycleErrors.NoLauncher(reason);
        StartCommand start = launcher is null ? StartCommand.Direct(process, processes, settings, runImage.Image.Config) : StartCommand.Launched(process, settings, runImage.Image.Config);

        IReadOnlyList<PlannedLayer> planned = await new LayerPlanner(directory, cache).PlanAsync(metadata, appDirectory, cancellationToken);
        if (launcher is not null)
        {
            await new ShellCheck(cache).CheckAsync(processes, runImage, planned, cancellationToken);
            processes = [.. processes.Select(built => built.Process.Type == process?.Type ? WithArguments(built, settings.Command) : built)];
            planned = [.. planned, .. LauncherLayers.Plan(launcher, metadata, processes)];
        }
        IReadOnlyList<KnownLayer> layers = await new LayerMaker(directory, cache, PreviousImage).MakeAsync(planned, cancellationToken);

        DateTimeOffset created = settings.Created ?? LayerEntry.ConstantTime;
        Image image = runImage.Image.WithFormat(settings.Format ?? runImage.Image.Format);
        for (int index = 0; index < layers.Count; index++) image = image.Append(layers[index], new HistoryEntry(planned[index].CreatedBy, created));

        IReadOnlyList<KeyValuePair<string, string>> environment = ImageVariables.Of(runImage.Image.Config, metadata, settings, process?.Type, launcher);
        LifecycleMetadata layersMetadata = LifecycleMetadataLabel.Of(
            runImage,
            await StoresAsync(metadata, cancellationToken),
            [.. planned.Zip(layers)],
            settings.ExecutionEnvironment,
            NotedConfig.Of(runImage.Image.Config, environment, [.. metadata.Labels.Keys, .. settings.Labels.Keys]));
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
                    new(LifecycleMetadata.Label, layersMetadata.ToLabel()),
                    new(BuildMetadataLabel.Label, BuildMetadataLabel.Write(metadata.Buildpacks, processes, process?.Type, launcher)),
                    new(ProjectMetadataLabel, LabelJson.Write(MetadataTable.From(settings.ProjectMetadata))),
                    new(ExecutionEnvironmentLabel, settings.ExecutionEnvironment),
                ]);
            foreach ((string name, string value) in environment) config = config.WithEnvironmentVariable(name, value);
            return settings.User is null ? config : config.WithUser(settings.User);
        });
        image = image.WithAnnotations(BaseAnnotations.Of(runImage, image.Format));
        return new ExportedImage(image, [.. layers.Zip(planned, (layer, plan) => new ExportedLayer(plan.Name, plan.Buildpack?.Id, plan.IsShareable, layer)
        {
            Title = plan.Buildpack is { } buildpack && planned.Count(other => other.Name == plan.Name) > 1 ? $"{buildpack.Id}:{plan.Name}" : plan.Name,
        })]);
    }

    /// <summary>The launcher finds the arguments that the user wants to stay where it finds the process' own.</summary>
    private static BuiltProcess WithArguments(BuiltProcess built, ImageCommand command) =>
        command.Command is null && command.CommandArguments.Count > 0 ? built with { Process = built.Process with { Command = [.. built.Process.Command, .. command.CommandArguments] } } : built;

    private static void Check(ExportSettings settings)
    {
        if (settings.Ports.FirstOrDefault(static port => !BuildResultRules.IsPort(port)) is { } port)
            throw LifecycleErrors.BadSetting("ContainerPort", port, "which is not a port. Write a number from 1 to 65535 and tcp or udp, such as 8080/tcp");
        if (settings.Environment.FirstOrDefault(static variable => !BuildResultRules.IsVariable(variable.Name)) is { } variable)
            throw LifecycleErrors.BadSetting("ContainerEnvironmentVariable", variable.Name, "which cannot be a variable's name. Write a name without '='");
        if (settings.Processes.FirstOrDefault(static process => process.Command.Count == 0) is { } process)
            throw LifecycleErrors.BadSetting("ImageProcess", process.Type.ToString(), "which has no command. Set its Command");
    }

    /// <summary>What each buildpack keeps from build to build beside its layers (<c>store.toml</c>).</summary>
    private async Task<IReadOnlyList<(GroupMember Member, IReadOnlyDictionary<string, object>? Store)>> StoresAsync(MetadataFile metadata, CancellationToken cancellationToken)
    {
        var stores = new List<(GroupMember, IReadOnlyDictionary<string, object>?)>();
        foreach (GroupMember member in metadata.Buildpacks)
        {
            string file = Path.Combine(directory.BuildpackDirectory(member.Id), "store.toml");
            IReadOnlyDictionary<string, object>? store = File.Exists(file) ? (await LayerFile.ReadAsync(file, cancellationToken)).Metadata : null;
            stores.Add((member, store is { Count: > 0 } ? store : null));
        }
        return stores;
    }
}
