using BuildpackTasks.Lifecycle;

namespace BuildpackTasks;

/// <summary>Makes one order of what a project asks for: built-in buildpacks, others, and those of <c>project.toml</c>.</summary>
/// <param name="sources">Finds buildpacks that are not built in.</param>
/// <param name="state">The build's state: buildpacks that are scripts in <c>project.toml</c> are written there.</param>
/// <param name="note">Told, in a sentence, of what is left out.</param>
internal sealed class BuildpackOrder(BuildpackSources sources, ImageDirectory state, Action<string> note)
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
        // First of all what has a place of its own: an id in project.toml may mean a part of it.
        var own = new List<OrderReference>();
        foreach (BuildpackRequest request in requests) own.Add(await FindAsync(request, cancellationToken));
        group.AddRange(await FindAsync(project?.Pre ?? [], projectDirectory, cancellationToken));
        group.AddRange(own);
        if (!hasOwn) group.AddRange(await FindAsync(project?.Group ?? [], projectDirectory, cancellationToken));
        group.AddRange(await FindAsync(project?.Post ?? [], projectDirectory, cancellationToken));

        IReadOnlyList<ExpandedGroup> groups = OrderExpansion.Expand([new OrderReferenceGroup(group)], Find);
        return new OrderFile([.. groups.Select(expanded => (IReadOnlyList<OrderFileEntry>)[.. expanded.Entries.Select(Entry)])])
        {
            BuildConfigDirectory = sets.Select(static set => set.BuildConfigDirectory).FirstOrDefault(static directory => directory is not null),
            LauncherImage = sets.FirstOrDefault(static set => set.Builder is not null)?.Reference,
        };
    }

    private async Task<IReadOnlyList<OrderReference>> FindAsync(IReadOnlyList<ProjectBuildpack> buildpacks, string projectDirectory, CancellationToken cancellationToken)
    {
        var references = new List<OrderReference>();
        foreach (ProjectBuildpack buildpack in buildpacks)
        {
            if (await FindAsync(buildpack, projectDirectory, cancellationToken) is { } reference)
                references.Add(buildpack.ExecutionEnvironments.Count > 0 ? reference with { ExecutionEnvironments = buildpack.ExecutionEnvironments } : reference);
        }
        return references;
    }

    private async Task<OrderReference?> FindAsync(ProjectBuildpack buildpack, string projectDirectory, CancellationToken cancellationToken)
    {
        if (buildpack.Script is { } script)
        {
            string directory = Path.Combine(state.Path, "buildpacks", buildpack.Id!.Value.DirectoryName);
            await script.WriteAsync(buildpack.Id.Value, buildpack.Version, directory);
            return await FindAsync(new BuildpackRequest(directory, null, false), cancellationToken);
        }
        if (buildpack.Uri is null)
        {
            BuildpackId id = buildpack.Id!.Value;
            if (BuiltInBuildpacks.IsBuiltIn(id.ToString())) return await FindAsync(new BuildpackRequest(id.ToString(), null, false), cancellationToken);
            if (Find(id, buildpack.Version) is not null) return new OrderReference(id, buildpack.Version);
            // Files of projects that other platforms build, too, name what those bring along.
            note($"project.toml names the buildpack '{id}' and not where it is; it is left out. Give it a uri, or add a builder that has it as a Buildpack item");
            return null;
        }
        // A path is relative to the file that has it, which need not be the project's directory.
        string path = Path.GetFullPath(buildpack.Uri, projectDirectory);
        return await FindAsync(new BuildpackRequest(Path.Exists(path) ? path : buildpack.Uri, null, false), cancellationToken);
    }

    private async Task<OrderReference> FindAsync(BuildpackRequest request, CancellationToken cancellationToken)
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
            BuildpackSet set = await sources.ReadAsync(request.Name, request.Version, cancellationToken);
            sets.Add(set);
            reference = set.Order is [{ Group: [var only] }] ? only : Join(set);
        }
        return reference with { Optional = request.Optional || reference.Optional };
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
