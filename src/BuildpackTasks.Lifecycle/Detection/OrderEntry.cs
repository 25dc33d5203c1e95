namespace BuildpackTasks.Lifecycle;

/// <summary>A buildpack to try (platform specification, "order.toml").</summary>
/// <param name="Buildpack">The buildpack.</param>
/// <param name="Optional">Whether its group can pass without it.</param>
public sealed record OrderEntry(IBuildpack Buildpack, bool Optional = false)
{
    /// <summary>The execution environments in which it is in the group; empty for all.</summary>
    public IReadOnlyList<string> ExecutionEnvironments { get; init; } = [];
}
