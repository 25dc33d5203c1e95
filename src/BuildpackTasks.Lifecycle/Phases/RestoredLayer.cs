namespace BuildpackTasks.Lifecycle;

/// <summary>What restore decided about a layer of the previous image.</summary>
/// <param name="Buildpack">The buildpack whose layer it was.</param>
/// <param name="Name">The layer's name.</param>
/// <param name="Restored">Whether its metadata is there for the build.</param>
/// <param name="Reason">Why, or why not: one clause without a full stop.</param>
public sealed record RestoredLayer(BuildpackId Buildpack, string Name, bool Restored, string Reason);
