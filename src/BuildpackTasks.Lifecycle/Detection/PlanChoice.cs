namespace BuildpackTasks.Lifecycle;

/// <summary>One alternative of one buildpack, as a trial has it.</summary>
/// <param name="Buildpack">The buildpack.</param>
/// <param name="Plan">What it provides and requires in this alternative.</param>
/// <param name="Optional">Whether the trial can go on without the buildpack.</param>
internal sealed record PlanChoice(DetectedBuildpack Buildpack, BuildPlanOption Plan, bool Optional);
