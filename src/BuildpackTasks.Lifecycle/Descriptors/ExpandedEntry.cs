namespace BuildpackTasks.Lifecycle;

/// <summary>A buildpack of an order from which the composite ones are gone.</summary>
/// <param name="Buildpack">The buildpack; not a composite one.</param>
/// <param name="Optional">Whether its group can pass without it.</param>
public sealed record ExpandedEntry(BuildpackFile Buildpack, bool Optional)
{
    /// <summary>The execution environments in which it is in the group, as the orders that lead to it say; empty for all.</summary>
    public IReadOnlyList<string> ExecutionEnvironments { get; init; } = [];
}
