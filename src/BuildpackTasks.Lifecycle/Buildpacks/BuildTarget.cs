namespace BuildpackTasks.Lifecycle;

/// <summary>What a buildpack is for (buildpack specification, "Targets"). What is null or empty fits everything.</summary>
/// <param name="Os">The operating system.</param>
/// <param name="Architecture">The architecture.</param>
/// <param name="Variant">The architecture's variant.</param>
/// <param name="Distributions">The distributions, one of which has to fit.</param>
public sealed record BuildTarget(string? Os, string? Architecture, string? Variant, IReadOnlyList<TargetDistribution> Distributions);
