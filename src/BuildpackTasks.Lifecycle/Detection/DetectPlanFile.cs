using BuildpackTasks.Toml;

namespace BuildpackTasks.Lifecycle;

/// <summary>The plan that <c>bin/detect</c> wrote: what the buildpack provides and requires (buildpack specification, "Build Plan (TOML)").</summary>
public static class DetectPlanFile
{
    // A plan is a few names. What is larger comes from a program that loops.
    private const int MaxLength = 1 << 20;
    private const int MaxAlternatives = 1000;
    private const int MaxNames = 1000;

    /// <summary>Reads the file.</summary>
    /// <param name="path">The file's absolute path; no file is an empty plan.</param>
    /// <param name="buildpack">Whose plan it is.</param>
    /// <returns>The plan and then its alternatives, in order of preference.</returns>
    /// <exception cref="LifecycleException">BPT2003: the file cannot be read. BPT2106: it is malformed.</exception>
    public static IReadOnlyList<BuildPlanOption> Read(string path, BuildpackDescriptor buildpack) =>
        Parse(DescriptorToml.ReadFile(path, MaxLength, reason => LifecycleErrors.MalformedPlan(buildpack, reason)) ?? [], buildpack);

    /// <summary>Reads the document.</summary>
    /// <param name="toml">The document, UTF-8.</param>
    /// <param name="buildpack">Whose plan it is.</param>
    /// <returns>The plan and then its alternatives, in order of preference.</returns>
    /// <exception cref="LifecycleException">BPT2106: it is malformed.</exception>
    public static IReadOnlyList<BuildPlanOption> Parse(ReadOnlySpan<byte> toml, BuildpackDescriptor buildpack)
    {
        TableReader plan = DescriptorToml.Read(toml, "", (_, reason, inner) => LifecycleErrors.MalformedPlan(buildpack, reason, inner));
        IReadOnlyList<TableReader> alternatives = plan.Subs("or");
        if (alternatives.Count >= MaxAlternatives) throw plan.Error($"it has {MaxAlternatives} alternatives or more");
        return [.. alternatives.Prepend(plan).Select(Option)];
    }

    private static BuildPlanOption Option(TableReader table)
    {
        IReadOnlyList<TableReader> provides = table.Subs("provides");
        IReadOnlyList<TableReader> requires = table.Subs("requires");
        if (provides.Count + requires.Count > MaxNames) throw table.Error($"it provides and requires more than {MaxNames} names");
        return new BuildPlanOption([.. provides.Select(Name)], [.. requires.Select(static require => new BuildPlanRequire(Name(require), Metadata(require)))]);
    }

    private static string Name(TableReader entry) => entry.Text("name") is { Length: > 0 } name ? name : throw entry.Bad("name", "is empty");

    private static TomlTable Metadata(TableReader require)
    {
        // It was a key of its own before Buildpack API 0.3; a buildpack that still writes it would be misunderstood.
        if (require.Table.ContainsKey("version")) throw require.Bad("version", "is not a key of a requirement, 'metadata.version' is");
        return require.OptionalSub("metadata")?.Table ?? [];
    }
}
