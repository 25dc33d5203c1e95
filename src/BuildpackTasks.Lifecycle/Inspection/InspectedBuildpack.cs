namespace BuildpackTasks.Lifecycle;

/// <summary>A buildpack or an image extension, as an image names it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Version">Its version, or null.</param>
/// <param name="Homepage">Where to read about it, or null.</param>
public sealed record InspectedBuildpack(string Id, string? Version, string? Homepage);
