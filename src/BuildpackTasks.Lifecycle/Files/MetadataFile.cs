using BuildpackTasks.Toml;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// <c>layers/config/metadata.toml</c>: what all buildpacks together contributed beside their layers (platform specification,
/// "metadata.toml"). Build writes it; export reads it. The specification leaves environment and ports to a launcher's files; an
/// image that starts without a launcher has them in its config, so they are kept here, in the table <c>buildpacktasks</c>.
/// </summary>
public sealed record MetadataFile
{
    private const string Addition = "buildpacktasks";

    /// <summary>The buildpacks that built, in order.</summary>
    public required IReadOnlyList<GroupMember> Buildpacks { get; init; }

    /// <summary>Where the app is in the image: an absolute path without a trailing slash.</summary>
    public required string AppDirectory { get; init; }

    /// <summary>The processes, sorted by type; none of them is marked as the default.</summary>
    public IReadOnlyList<BuiltProcess> Processes { get; init; } = [];

    /// <summary>The process that the buildpacks would have run by default, or null.</summary>
    public ProcessType? DefaultProcess { get; init; }

    /// <summary>Labels of the image, by name.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>The parts of the app directory that become layers of their own, in order.</summary>
    public IReadOnlyList<Slice> Slices { get; init; } = [];

    /// <summary>The environment of every process, in the order in which it is applied.</summary>
    public IReadOnlyList<EnvironmentVariable> Environment { get; init; } = [];

    /// <summary>
    /// What the files of the buildpacks' launch layers change in the environment of processes, in the buildpacks' order. An image with
    /// a launcher has those files read when it starts; in one without, the config says the same.
    /// </summary>
    public IReadOnlyList<LaunchEnvironment> LaunchEnvironment { get; init; } = [];

    /// <summary>What only a launcher can do: a clause each.</summary>
    public IReadOnlyList<string> LauncherReasons { get; init; } = [];

    /// <summary>Ports that the processes listen on, sorted.</summary>
    public IReadOnlyList<string> Ports { get; init; } = [];

    /// <summary>App files that are programs, as paths relative to the app directory.</summary>
    public IReadOnlySet<string> Executables { get; init; } = new HashSet<string>();

    /// <summary>Reads the file.</summary>
    /// <param name="directory">The build's state.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="LifecycleException">BPT2002 to BPT2004: the file is not there, cannot be read or is malformed.</exception>
    public static async Task<MetadataFile> ReadAsync(ImageDirectory directory, CancellationToken cancellationToken)
    {
        TableReader file = await StateFile.ReadAsync(directory.MetadataFile, "BuildImage", cancellationToken);
        TableReader own = file.Sub(Addition);
        return new MetadataFile
        {
            Buildpacks = [.. file.Subs("buildpacks").Select(static buildpack => new GroupMember(
                buildpack.Parsed("id", BuildpackId.Parse), buildpack.Text("version"), buildpack.Text("api"), buildpack.OptionalText("homepage")))],
            AppDirectory = own.Text("app-directory"),
            Processes = [.. file.Subs("processes").Select(static process => new BuiltProcess(
                new Process(process.Parsed("type", ProcessType.Parse), process.Texts("command"), process.Texts("args"), WorkingDirectory: process.OptionalText("working-dir"))
                {
                    Direct = process.Flag("direct"),
                    ExecutionEnvironments = process.Texts("exec-env"),
                },
                process.Parsed("buildpack-id", BuildpackId.Parse)))],
            DefaultProcess = file.OptionalText("buildpack-default-process-type") is null ? null : file.Parsed("buildpack-default-process-type", ProcessType.Parse),
            Labels = file.Subs("labels").ToDictionary(static label => label.Text("key"), static label => label.Text("value")),
            Slices = [.. file.Subs("slices").Zip(own.Subs("slices"), static (slice, more) => new Slice(more.Text("name"), slice.Texts("paths"), more.Parsed("times", Name<FileTimes>)))],
            Environment = VariablesTable.Read(own, "environment"),
            LaunchEnvironment = [.. own.Subs("launch-environment").Select(static buildpack => new LaunchEnvironment(
                buildpack.Parsed("buildpack", BuildpackId.Parse),
                VariablesTable.Read(buildpack, "variables"),
                buildpack.Subs("processes").ToDictionary(static process => process.Parsed("type", ProcessType.Parse), static process => VariablesTable.Read(process, "variables"))))],
            LauncherReasons = own.Texts("launcher-reasons"),
            Ports = own.Texts("ports"),
            Executables = own.Texts("executables").ToHashSet(StringComparer.Ordinal),
        };
    }

    /// <summary>Writes the file.</summary>
    /// <param name="directory">The build's state.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    /// <exception cref="LifecycleException">BPT2005: the file cannot be written.</exception>
    public Task WriteAsync(ImageDirectory directory, CancellationToken cancellationToken)
    {
        var file = new TomlTable();
        if (DefaultProcess is { } type) file["buildpack-default-process-type"] = type.ToString();
        file["buildpacks"] = new TomlArray(Buildpacks.Select(static buildpack =>
        {
            var table = new TomlTable { ["id"] = buildpack.Id.ToString(), ["version"] = buildpack.Version, ["api"] = buildpack.Api };
            if (buildpack.Homepage is not null) table["homepage"] = buildpack.Homepage;
            return table;
        }));
        file["processes"] = new TomlArray(Processes.Select(static built => ProcessTable.Of(built, "buildpack-id")));
        file["labels"] = new TomlArray(Labels.OrderBy(static label => label.Key, StringComparer.Ordinal).Select(static label => new TomlTable { ["key"] = label.Key, ["value"] = label.Value }));
        file["slices"] = new TomlArray(Slices.Select(static slice => new TomlTable { ["paths"] = new TomlArray(slice.Paths) }));
        var own = new TomlTable
        {
            ["app-directory"] = AppDirectory,
            ["ports"] = new TomlArray(Ports),
            ["executables"] = new TomlArray(Executables.Order(StringComparer.Ordinal)),
            ["environment"] = VariablesTable.Of(Environment),
            ["slices"] = new TomlArray(Slices.Select(static slice => new TomlTable { ["name"] = slice.Name, ["times"] = slice.Time.ToString() })),
        };
        if (LauncherReasons.Count > 0) own["launcher-reasons"] = new TomlArray(LauncherReasons);
        if (LaunchEnvironment.Count > 0) own["launch-environment"] = new TomlArray(LaunchEnvironment.Select(Table));
        file[Addition] = own;
        return StateFile.WriteAsync(directory.MetadataFile, file, cancellationToken);
    }

    private static TomlTable Table(LaunchEnvironment buildpack) => new()
    {
        ["buildpack"] = buildpack.Buildpack.ToString(),
        ["variables"] = VariablesTable.Of(buildpack.Variables),
        ["processes"] = new TomlArray(buildpack.Processes.OrderBy(static process => process.Key.ToString(), StringComparer.Ordinal).Select(static process => new TomlTable
        {
            ["type"] = process.Key.ToString(),
            ["variables"] = VariablesTable.Of(process.Value),
        })),
    };

    private static T Name<T>(string text) where T : struct, Enum =>
        Enum.TryParse(text, out T value) && Enum.IsDefined(value) ? value
            : throw LifecycleErrors.BadName(typeof(T).Name, text, $"it is one of {string.Join(", ", Enum.GetNames<T>())}");
}
