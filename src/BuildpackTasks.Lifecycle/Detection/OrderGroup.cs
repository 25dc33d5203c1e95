namespace BuildpackTasks.Lifecycle;

/// <summary>Buildpacks that are tried together (buildpack specification, "Order Resolution"). The first group that passes is taken.</summary>
/// <param name="Entries">The buildpacks, in the order in which they would build.</param>
public sealed record OrderGroup(IReadOnlyList<OrderEntry> Entries);
