namespace BuildpackTasks.Lifecycle;

/// <summary>What some buildpacks of the group provide and others require, under one name (platform specification, "plan.toml").</summary>
/// <param name="Providers">Who provides it, in the group's order.</param>
/// <param name="Requires">What is required, in the group's order; all have the same name.</param>
public sealed record BuildPlanEntry(IReadOnlyList<PlanProvider> Providers, IReadOnlyList<BuildPlanRequire> Requires);
