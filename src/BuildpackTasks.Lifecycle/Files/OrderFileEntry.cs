namespace BuildpackTasks.Lifecycle;

/// <summary>A buildpack to try, as <c>order.toml</c> names it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Version">Its version; null for a built-in one.</param>
/// <param name="Optional">Whether its group can pass without it.</param>
/// <param name="Directory">Where its programs are on this machine; null for a built-in one.</param>
public sealed record OrderFileEntry(BuildpackId Id, string? Version, bool Optional, string? Directory)
{
    /// <summary>The execution environments in which it is in the group; empty for all.</summary>
    public IReadOnlyList<string> ExecutionEnvironments { get; init; } = [];
}
