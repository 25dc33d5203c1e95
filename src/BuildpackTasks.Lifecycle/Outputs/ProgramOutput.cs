namespace BuildpackTasks.Lifecycle;

/// <summary>
/// What a buildpack's program left in its layers directory, after <c>bin/build</c> ended (buildpack specification, "Build": outputs). The
/// files may hold anything: what is wrong in them is an error that names the buildpack, the file and, in TOML, the line and the column.
/// </summary>
/// <param name="Buildpack">The buildpack.</param>
/// <param name="Context">What it was given; <see cref="BuildContext.LayersDirectory"/> is read.</param>
public sealed record ProgramOutput(BuildpackDescriptor Buildpack, BuildContext Context)
{
    /// <summary>Who owns what is in the layers: the platform's <c>CNB_USER_ID</c>.</summary>
    public int UserId { get; init; }

    /// <summary>Their group: the platform's <c>CNB_GROUP_ID</c>.</summary>
    public int GroupId { get; init; }

    /// <summary>How many files, directories and links the layers together may have; more is a mistake or an attack.</summary>
    public int MaxEntries { get; init; } = 500_000;

    private FileOrigin Origin => FileOrigin.Of(Buildpack);

    /// <summary>
    /// Reads everything. The directory of a layer that is of no type is set aside first, as <c>LAYER.ignore</c>, so that no later buildpack
    /// comes to depend on it ("Ignored Layers").
    /// </summary>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>
    /// The layers sorted by name, without those of no type, and the rest of what the buildpack contributes. Files of a layer are listed
    /// where it is for the image or the cache; a layer that is only for later buildpacks has no entries.
    /// </returns>
    /// <exception cref="LifecycleException">
    /// BPT2120 to BPT2131: what the program left cannot be read, is not what the specification says, or is more than can be.
    /// </exception>
    public BuildResult Read(CancellationToken cancellationToken)
    {
        BuildpackApi api = BuildpackApi.TryParse(Buildpack.Api, out BuildpackApi? known) ? known
            : throw new ArgumentException($"The Buildpack API {Buildpack.Api} of {Buildpack} is not supported.");
        var files = new WrittenFiles(Context.LayersDirectory, Context.ImageLayersDirectory, Origin);
        IReadOnlyList<WrittenLayer> described = WrittenLayer.ReadAll(files);
        foreach (WrittenLayer layer in described.Where(static layer => layer is { IsIgnored: true, HasDirectory: true })) SetAside(files, layer);

        // In the order of the descriptions' names; the image has its layers in the order of the directories' names.
        WrittenLayer[] building = [.. described.Where(static layer => !layer.IsIgnored).Select(layer => api.HasExecutionEnvironments ? layer.For(Context.ExecutionEnvironment) : layer)];
        WrittenLayer[] layers = [.. building.OrderBy(static layer => layer.Name.ToString(), StringComparer.Ordinal)];
        LaunchToml launch = LaunchToml.Read(files, api, Buildpack.Id, Context.ImageAppDirectory);
        (WrittenLayer Layer, LayerStart? Start)[] starts = [.. layers.Where(static layer => layer.Types.Launch).Select(layer => (layer, StartOf(layer)))];
        (string ImagePath, LayerStart Start)[] starting = [.. from item in starts where item.Start is not null select (ImagePathOf(item.Layer), item.Start)];
        return new BuildResult
        {
            Layers = ReadLayers(layers, starts, cancellationToken),
            Slices = launch.Slices,
            Processes = launch.Processes,
            Labels = launch.Labels,
            LaunchEnvironment = [.. LayerEnvironment.Join(starting)],
            ProcessEnvironment = starting.SelectMany(static layer => layer.Start.Processes).GroupBy(static process => process.Key)
                .ToDictionary(static group => group.Key, static group => (IReadOnlyList<EnvironmentVariable>)[.. group.SelectMany(static process => process.Value)]),
            BuildEnvironment = [.. building.Where(static layer => layer is { Types.Build: true, HasDirectory: true }).SelectMany(layer => EnvironmentOf(layer).ForBuild())],
            LauncherReasons = [.. starts.SelectMany(static item => Reasons(item.Layer, item.Start))],
            Sboms = SbomFiles.Find(files, Buildpack, described),
            Store = files.TryReadToml("store.toml") is { } store ? NotedTable.Read(store) : null,
            Unmet = BuildToml.ReadUnmet(files, Context.Plan),
        };
    }

    private BuildpackLayer[] ReadLayers(IEnumerable<WrittenLayer> layers, (WrittenLayer Layer, LayerStart? Start)[] starts, CancellationToken cancellationToken)
    {
        var walk = new LayerWalk(Origin, UserId, GroupId, MaxEntries);
        return [.. layers.Select(layer => ReadLayer(layer, walk, cancellationToken) with { Start = Array.Find(starts, item => item.Layer == layer).Start })];
    }

    /// <summary>"Launch Layers" and "Cached Layers": without its directory, a layer is the one that the previous image has.</summary>
    private BuildpackLayer ReadLayer(WrittenLayer layer, LayerWalk walk, CancellationToken cancellationToken)
    {
        LayerTypes types = layer.Types;
        if (types is { Launch: true, Cache: true } && !layer.HasDirectory) throw LifecycleErrors.CachedLayerWithoutContents(DirectoryOf(layer), Origin);
        bool isKept = types.Launch && !layer.HasDirectory;
        bool isListed = layer.HasDirectory && (types.Launch || types.Cache);
        return new BuildpackLayer
        {
            Name = layer.Name,
            Launch = types.Launch,
            Build = types.Build,
            // Nothing to keep is nothing kept: its metadata alone would come back without its contents.
            Cache = types.Cache && layer.HasDirectory,
            Entries = isKept ? null : isListed ? walk.List(DirectoryOf(layer), ImagePathOf(layer), cancellationToken) : [],
            IsKept = isKept,
            Metadata = layer.Metadata,
        };
    }

    /// <summary>What a layer's files do when a process starts; of a layer that is kept, what the previous image says of it.</summary>
    private LayerStart? StartOf(WrittenLayer layer) =>
        layer.HasDirectory ? EnvironmentOf(layer).ForLaunch() : Context.PreviousStarts.GetValueOrDefault(layer.Name);

    /// <summary>
    /// What an image's config cannot say. Scripts in <c>profile.d</c> are not among it: only a shell reads them, and a process that a shell
    /// starts needs a launcher anyway.
    /// </summary>
    private static IEnumerable<string> Reasons(WrittenLayer layer, LayerStart? start) =>
        start?.Programs.Select(directory => $"the layer '{layer.Name}' has programs in {directory}")
            ?? [$"the layer '{layer.Name}' is kept from an image that does not say what it has for the start"];

    private void SetAside(WrittenFiles files, WrittenLayer layer)
    {
        string aside = DirectoryOf(layer) + ".ignore";
        try
        {
            if (files.KindOf(aside, out _) == WrittenFileKind.Directory) Directory.Delete(aside, recursive: true);
            Directory.Move(DirectoryOf(layer), aside);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LifecycleErrors.CannotSetAside(DirectoryOf(layer), Origin, e);
        }
    }

    private LayerEnvironment EnvironmentOf(WrittenLayer layer) => new(FilesOf(layer), ImagePathOf(layer));

    private WrittenFiles FilesOf(WrittenLayer layer) => new(DirectoryOf(layer), ImagePathOf(layer), Origin);

    private string DirectoryOf(WrittenLayer layer) => Path.Combine(Context.LayersDirectory, layer.Name.ToString());

    private string ImagePathOf(WrittenLayer layer) => $"{Context.ImageLayersDirectory}/{layer.Name}";
}
