namespace BuildpackTasks.Lifecycle;

/// <summary>
/// <c>project.toml</c>: what a project says of its build, for whatever platform builds it (project descriptor specification, versions
/// 0.1 and 0.2, and the 0.3 with execution environments that pack reads).
/// </summary>
public sealed record ProjectFile
{
    /// <summary>The schema's version; a file that names none has 0.1.</summary>
    public string SchemaVersion { get; private init; } = "0.1";

    /// <summary>The project's machine-readable id, or null.</summary>
    public string? Id { get; private init; }

    /// <summary>The project's name, or null.</summary>
    public string? Name { get; private init; }

    /// <summary>The project's version, or null.</summary>
    public string? Version { get; private init; }

    /// <summary>Where the project's source is, or null.</summary>
    public string? SourceUrl { get; private init; }

    /// <summary>The builder image to use, or null.</summary>
    public string? Builder { get; private init; }

    /// <summary>Which of the app's files are there for the build and in the image.</summary>
    public AppFilter Filter { get; private init; } = AppFilter.All;

    /// <summary>The buildpacks of the build, in order; empty where the platform or the builder chooses.</summary>
    public IReadOnlyList<ProjectBuildpack> Group { get; private init; } = [];

    /// <summary>Buildpacks that go before the others, whoever chooses those.</summary>
    public IReadOnlyList<ProjectBuildpack> Pre { get; private init; } = [];

    /// <summary>Buildpacks that go after the others.</summary>
    public IReadOnlyList<ProjectBuildpack> Post { get; private init; } = [];

    /// <summary>The environment of the build, in the order of the file.</summary>
    public IReadOnlyList<ProjectVariable> BuildEnvironment { get; private init; } = [];

    /// <summary>Keys of the tables that the schema owns which it does not have: a warning should name them.</summary>
    public IReadOnlyList<string> IgnoredKeys { get; private init; } = [];

    /// <summary>Reads a file.</summary>
    /// <param name="toml">The document, UTF-8.</param>
    /// <param name="path">What messages call it.</param>
    /// <exception cref="LifecycleException">BPT2108: the document is malformed, or of a version that is not known.</exception>
    public static ProjectFile Read(ReadOnlySpan<byte> toml, string path)
    {
        TableReader file = DescriptorToml.Read(toml, path, LifecycleErrors.MalformedProject);
        string schema = file.OptionalSub("_")?.OptionalText("schema-version") ?? "0.1";
        ProjectSchema keys = ProjectSchema.Find(schema) ?? throw file.Sub("_").Bad("schema-version", $"is '{schema}', not one of {string.Join(", ", ProjectSchema.Versions)}");
        TableReader? project = keys.Project(file);
        TableReader? build = keys.Build(file);
        foreach (TableReader license in project?.Subs("licenses") ?? [])
        {
            if (license.OptionalText("type") is null && license.OptionalText("uri") is null) throw license.Bad("type", "and 'uri' are both missing");
        }
        return new ProjectFile
        {
            SchemaVersion = schema,
            Id = project?.OptionalText("id"),
            Name = project?.OptionalText("name"),
            Version = project?.OptionalText("version"),
            SourceUrl = project?.OptionalText("source-url"),
            Builder = build?.OptionalText("builder"),
            Filter = ReadFilter(build),
            Group = Buildpacks(build, keys.Group),
            Pre = keys.HasPreAndPost ? Buildpacks(build?.OptionalSub("pre"), "group") : [],
            Post = keys.HasPreAndPost ? Buildpacks(build?.OptionalSub("post"), "group") : [],
            BuildEnvironment = [.. keys.Environment(build).Select(variable => ProjectVariable.Read(variable, keys.HasExecutionEnvironments))],
            IgnoredKeys = keys.Unknown(file),
        };

        IReadOnlyList<ProjectBuildpack> Buildpacks(TableReader? table, string key) =>
            [.. (table?.Subs(key) ?? []).Select(buildpack => ProjectBuildpack.Read(buildpack, keys.HasExecutionEnvironments))];
    }

    /// <summary>The environment of the build in an execution environment. Of a name that is there twice, the last one counts.</summary>
    /// <param name="executionEnvironment">The execution environment, such as <c>production</c>.</param>
    public IReadOnlyDictionary<string, string> EnvironmentFor(string executionEnvironment)
    {
        var variables = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (ProjectVariable variable in BuildEnvironment)
        {
            if (ExecutionEnvironments.Contain(variable.ExecutionEnvironments, executionEnvironment)) variables[variable.Name] = variable.Value;
        }
        return variables;
    }

    private static AppFilter ReadFilter(TableReader? build)
    {
        if (build is null) return AppFilter.All;
        // Also where one of the two is empty: whoever writes both expects something that neither does.
        if (build.Table.ContainsKey("include") && build.Table.ContainsKey("exclude")) throw build.Bad("include", "and 'exclude' are both there");
        IReadOnlyList<string> include = build.Texts("include");
        IReadOnlyList<string> exclude = build.Texts("exclude");
        return include.Count > 0 ? AppFilter.Including(include) : exclude.Count > 0 ? AppFilter.Excluding(exclude) : AppFilter.All;
    }
}
