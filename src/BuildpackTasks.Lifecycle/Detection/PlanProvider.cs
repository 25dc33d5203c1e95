namespace BuildpackTasks.Lifecycle;

/// <summary>A buildpack that provides an entry of the plan.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Version">Its version.</param>
public sealed record PlanProvider(BuildpackId Id, string Version);
