namespace BuildpackTasks.Lifecycle;

/// <summary>A distribution that a buildpack is for (buildpack specification, "Targets").</summary>
/// <param name="Name">Its name, such as <c>ubuntu</c>; null for any.</param>
/// <param name="Version">Its version, such as <c>24.04</c>; null for any.</param>
public sealed record TargetDistribution(string? Name, string? Version);
