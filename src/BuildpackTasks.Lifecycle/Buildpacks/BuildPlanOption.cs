namespace BuildpackTasks.Lifecycle;

/// <summary>What a buildpack provides to and requires of the group, in one of its alternatives (buildpack specification, "Build Plan (TOML)").</summary>
/// <param name="Provides">The names that it provides.</param>
/// <param name="Requires">What it requires.</param>
public sealed record BuildPlanOption(IReadOnlyList<string> Provides, IReadOnlyList<BuildPlanRequire> Requires)
{
    /// <summary>A plan without entries.</summary>
    public static BuildPlanOption Empty { get; } = new([], []);
}
