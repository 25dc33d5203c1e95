namespace BuildpackTasks.Lifecycle;

/// <summary>A version of the project descriptor's schema: where each thing is.</summary>
/// <param name="version">The version.</param>
internal sealed class ProjectSchema(string version)
{
    private static readonly ProjectSchema[] All =
    [
        new("0.1") { IsFlat = true, Group = "buildpacks" },
        // Files written by pack before it followed the specification have [[io.buildpacks.env.build]].
        new("0.2") { HasPreAndPost = true, HasEarlierEnvironment = true },
        new("0.3") { HasPreAndPost = true, HasExecutionEnvironments = true },
    ];

    public static IEnumerable<string> Versions => All.Select(static schema => schema.Version);

    public string Version { get; } = version;

    public string Group { get; private init; } = "group";

    public bool HasPreAndPost { get; private init; }

    public bool HasExecutionEnvironments { get; private init; }

    /// <summary>The tables are <c>[project]</c> and <c>[build]</c>; later <c>[_]</c> and <c>[io.buildpacks]</c>.</summary>
    private bool IsFlat { get; init; }

    private bool HasEarlierEnvironment { get; init; }

    public static ProjectSchema? Find(string version) => All.FirstOrDefault(schema => schema.Version == version);

    public TableReader? Project(TableReader file) => file.OptionalSub(IsFlat ? "project" : "_");

    public TableReader? Build(TableReader file) => IsFlat ? file.OptionalSub("build") : file.OptionalSub("io")?.OptionalSub("buildpacks");

    public IReadOnlyList<TableReader> Environment(TableReader? build)
    {
        if (IsFlat) return build?.Subs("env") ?? [];
        if (build?.OptionalSub("build") is { } table && table.Table.ContainsKey("env")) return table.Subs("env");
        return HasEarlierEnvironment ? build?.OptionalSub("env")?.Subs("build") ?? [] : [];
    }

    /// <summary>The keys that this version does not have, dotted, of the tables that are its own.</summary>
    public IReadOnlyList<string> Unknown(TableReader file)
    {
        var unknown = new List<string>();
        TableReader? build = Build(file);
        string prefix = IsFlat ? "build" : "io.buildpacks";
        Collect(Project(file), IsFlat ? "project" : "_", ["schema-version", "id", "name", "version", "authors", "documentation-url", "source-url", "licenses", "metadata"]);
        if (IsFlat)
        {
            Collect(build, prefix, ["builder", "include", "exclude", "buildpacks", "env"]);
            // What a file of a later version has, but does not say that it is one.
            if (file.OptionalSub("io")?.OptionalSub("buildpacks") is { } later) Collect(later, "io.buildpacks", []);
        }
        else
        {
            Collect(build, prefix, ["builder", "include", "exclude", "group", "pre", "post", "build", .. HasEarlierEnvironment ? ["env"] : (string[])[]]);
            Collect(build?.OptionalSub("build"), $"{prefix}.build", ["env"]);
        }
        return unknown;

        void Collect(TableReader? table, string path, IReadOnlyCollection<string> known) =>
            unknown.AddRange((table?.Table.Keys ?? []).Where(key => !known.Contains(key)).Select(key => $"{path}.{key}"));
    }
}
