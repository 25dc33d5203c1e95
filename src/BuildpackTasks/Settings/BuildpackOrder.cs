using BuildpackTasks.Lifecycle;

namespace BuildpackTasks;

/// <summary>Makes one order of what a project asks for: built-in buildpacks, others, and those of <c>project.toml</c>.</summary>
/// <param name="sources">Finds buildpacks that are not built in.</param>
/// <param name="baseDirectory">What relative paths are relative to: the project's directory.</param>
/// <param name="state">The build's state: buildpacks that are scripts in <c>project.toml</c> are written there.</param>
internal sealed class BuildpackOrder(BuildpackSources sources, string baseDirectory, ImageDirectory state)
{
    private readonly Dictionary<BuildpackId, BuildpackFile> builtIn = [];
    private readonly List<BuildpackSet> sets = [];
    private readonly List<BuildpackFile> joined = [];
    private readonly List<OrderReference> group = [];

    /// <summary>The run image that a builder prefers, or null where there is no builder.</summary>
    public string? RunImage => sets.SelectMany(static set => set.RunImages).FirstOrDefault()?.Image;

    /// <summary>Finds all buildpacks and makes their order.</summary>
    /// <param name="requests">What the project's items and properties ask for, in order.</param>
    /// <param name="project">What <c>project.toml</c> asks for; its group counts where the items name none but built-in buildpacks.</param>
    /// <param name="projectDirectory">What paths in <c>project.toml</c> are relative to.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public async Task<OrderFile> ResolveAsync(IReadOnlyList<BuildpackRequest> requests, ProjectFile? project, string projectDirectory, CancellationToken cancellationToken)
    {
        bool hasOwn = requests.Any(static request => !BuiltInBuildpacks.IsBuiltIn(request.Name));
        foreach (ProjectBuildpack buildpack in project?.Pre ?? []) await AddAsync(buildpack, projectDirectory, cancellationToken);
        foreach (BuildpackRequest request in requests) await AddAsync(request, [], cancellationToken);
        foreach (ProjectBuildpack buildpack in hasOwn ? [] : project?.Group ?? []) await AddAsync(buildpack, projectDirectory, cancellationToken);
        foreach (ProjectBuildpack buildpack in project?.Post ?? []) await AddAsync(buildpack, projectDirectory, cancellationToken);

        IReadOnlyList<ExpandedGroup> groups = OrderExpansion.Expand([new OrderReferenceGroup(group)], Find);
        return new OrderFile([.. groups.Select(expanded => (IReadOnlyList<OrderFileEntry>)[.. expanded.Entries.Select(Entry)])])
        {
            BuildConfigDirectory = sets.Select(static set => set.BuildConfigDirectory).FirstOrDefault(static directory => directory is not null),
            LauncherImage = sets.FirstOrDefault(static set => set.Builder is not null)?.Reference,
        };
    }

    private async Task AddAsync(ProjectBuildpack buildpack, string projectDirectory, CancellationToken cancellationToken)
    {
        if (buildpack.Script is { } script)
        {
            string directory = Path.Combine(state.Path, "buildpacks", buildpack.Id!.Value.DirectoryName);
            await script.WriteAsync(buildpack.Id.Value, buildpack.Version, directory);
            await AddAsync(new BuildpackRequest(directory, null, false), buildpack.ExecutionEnvironments, cancellationToken);
            return;
        }
        string name = buildpack.Uri ?? buildpack.Id!.Value.ToString();
        // A path is relative to the file that has it, which need not be the project's directory.
        if (Path.Exists(Path.GetFullPath(name, projectDirectory))) name = Path.GetFullPath(name, projectDirectory);
        await AddAsync(new BuildpackRequest(name, buildpack.Version.Length == 0 ? null : buildpack.Version, false), buildpack.ExecutionEnvironments, cancellationToken);
    }

    private async Task AddAsync(BuildpackRequest request, IReadOnlyList<string> environments, CancellationToken cancellationToken)
    {
        OrderReference reference;
        if (BuiltInBuildpacks.IsBuiltIn(request.Name))
        {
            BuildpackId id = BuiltInBuildpacks.Require(request.Name);
            builtIn[id] = new BuildpackFile(new BuildpackDescriptor(id, "0.0.0", BuildpackApi.Supported[^1].Version), []);
            reference = new OrderReference(id, "");
        }
        else
        {
            RequireSource(request.Name);
            BuildpackSet set = await sources.ReadAsync(request.Name, request.Version, cancellationToken);
            sets.Add(set);
            reference = set.Order is [{ Group: [var only] }] ? only : Join(set);
        }
        group.Add(reference with { Optional = request.Optional || reference.Optional, ExecutionEnvironments = environments.Count > 0 ? environments : reference.ExecutionEnvironments });
    }

    // An image without its registry would be looked for at Docker's, and so would every built-in id with a mistake in it.
    private void RequireSource(string name)
    {
        if (Path.Exists(Path.GetFullPath(name, baseDirectory)) || name.AsSpan(0, Math.Max(0, name.IndexOf('/', StringComparison.Ordinal))).IndexOfAny(".:") >= 0) return;
        if (BuildpackId.TryParse(name, out _) && !Path.HasExtension(name) && !name.StartsWith("localhost/", StringComparison.Ordinal)) throw BuiltInBuildpacks.Unknown(name);
    }

    /// <summary>A buildpack that stands for the order of a builder, as a composite one would.</summary>
    private OrderReference Join(BuildpackSet set)
    {
        var descriptor = new BuildpackDescriptor(BuildpackId.Parse($"buildpacktasks/order-{joined.Count + 1}"), "0.0.0", BuildpackApi.Supported[^1].Version, set.Name);
        joined.Add(new BuildpackFile(descriptor, set.Order));
        return new OrderReference(descriptor.Id, descriptor.Version);
    }

    private BuildpackFile? Find(BuildpackId id, string version) =>
        builtIn.GetValueOrDefault(id)
            ?? joined.Find(file => file.Descriptor.Id == id)
            ?? sets.Select(set => set.Find(id, version)?.File).FirstOrDefault(static file => file is not null);

    private OrderFileEntry Entry(ExpandedEntry entry)
    {
        BuildpackDescriptor descriptor = entry.Buildpack.Descriptor;
        bool isBuiltIn = builtIn.ContainsKey(descriptor.Id);
        return new OrderFileEntry(
            descriptor.Id,
            isBuiltIn ? null : descriptor.Version,
            entry.Optional,
            isBuiltIn ? null : sets.SelectMany(static set => set.Buildpacks).First(buildpack => ReferenceEquals(buildpack.File, entry.Buildpack)).Directory)
        {
            ExecutionEnvironments = entry.ExecutionEnvironments,
        };
    }
}
