namespace BuildpackTasks.Lifecycle;

/// <summary>A group of an order from which the composite buildpacks are gone.</summary>
/// <param name="Entries">The buildpacks, in order; not empty, and each id once.</param>
public sealed record ExpandedGroup(IReadOnlyList<ExpandedEntry> Entries);
