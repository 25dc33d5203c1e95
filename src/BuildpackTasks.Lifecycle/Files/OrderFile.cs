using BuildpackTasks.Toml;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// <c>order.toml</c>: the buildpacks to try, composite ones replaced by what they consist of (platform specification, "order.toml").
/// Written before analysis; detection and build read it.
/// </summary>
/// <param name="Groups">The groups, in order of preference.</param>
public sealed record OrderFile(IReadOnlyList<IReadOnlyList<OrderFileEntry>> Groups)
{
    // The specification's platform finds buildpacks by their place below one directory; here they stay where they were found.
    private const string Addition = "buildpacktasks";

    /// <summary>The directory with the environment that the operator sets, in its <c>env/</c>; null for none.</summary>
    public string? BuildConfigDirectory { get; init; }

    /// <summary>An image that has a launcher; null where no buildpack came with one.</summary>
    public string? LauncherImage { get; init; }

    /// <summary>Whether a buildpack of a group is a program.</summary>
    /// <param name="group">The group.</param>
    public bool HasProgramOf(GroupFile group) => ProgramsOf(group).Any();

    /// <summary>The buildpacks that are programs, each once.</summary>
    /// <param name="group">Those of a group, in its order; null for all.</param>
    public IEnumerable<OrderFileEntry> ProgramsOf(GroupFile? group)
    {
        IEnumerable<OrderFileEntry> programs = Groups.SelectMany(static entries => entries).Where(static entry => entry.Directory is not null).DistinctBy(static entry => $"{entry.Id}@{entry.Version}");
        return group is null ? programs : group.Group.Join(programs, static member => member.ToString(), static entry => $"{entry.Id}@{entry.Version}", static (_, entry) => entry);
    }

    /// <summary>Reads the file.</summary>
    /// <param name="directory">The build's state.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="LifecycleException">BPT2002 to BPT2004: the file is not there, cannot be read or is malformed.</exception>
    public static async Task<OrderFile> ReadAsync(ImageDirectory directory, CancellationToken cancellationToken)
    {
        TableReader file = await StateFile.ReadAsync(directory.OrderFile, "ResolveBuildpacks", cancellationToken);
        TableReader? own = file.OptionalSub(Addition);
        return new OrderFile([.. file.Subs("order").Select(static group => (IReadOnlyList<OrderFileEntry>)[.. group.Subs("group").Select(static entry => new OrderFileEntry(
            entry.Parsed("id", BuildpackId.Parse),
            entry.OptionalText("version"),
            entry.Flag("optional"),
            entry.OptionalSub(Addition)?.OptionalText("directory"))
        {
            ExecutionEnvironments = entry.Texts("exec-env"),
        })])])
        {
            BuildConfigDirectory = own?.OptionalText("build-config"),
            LauncherImage = own?.OptionalText("launcher-image"),
        };
    }

    /// <summary>Writes the file.</summary>
    /// <param name="directory">The build's state.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    /// <exception cref="LifecycleException">BPT2005: the file cannot be written.</exception>
    public Task WriteAsync(ImageDirectory directory, CancellationToken cancellationToken)
    {
        var file = new TomlTable { ["order"] = new TomlArray(Groups.Select(static group => new TomlTable { ["group"] = new TomlArray(group.Select(Table)) })) };
        var own = new TomlTable();
        if (BuildConfigDirectory is not null) own["build-config"] = BuildConfigDirectory;
        if (LauncherImage is not null) own["launcher-image"] = LauncherImage;
        if (own.Count > 0) file[Addition] = own;
        return StateFile.WriteAsync(directory.OrderFile, file, cancellationToken);
    }

    private static TomlTable Table(OrderFileEntry entry)
    {
        var table = new TomlTable { ["id"] = entry.Id.ToString() };
        if (entry.Version is not null) table["version"] = entry.Version;
        if (entry.Optional) table["optional"] = true;
        if (entry.ExecutionEnvironments.Count > 0) table["exec-env"] = new TomlArray(entry.ExecutionEnvironments);
        if (entry.Directory is not null) table[Addition] = new TomlTable { ["directory"] = entry.Directory };
        return table;
    }
}
