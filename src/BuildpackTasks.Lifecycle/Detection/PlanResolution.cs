namespace BuildpackTasks.Lifecycle;

/// <summary>The outcome of resolving one group's plan.</summary>
/// <param name="Passed">Whether the group passes.</param>
/// <param name="Group">The buildpacks that are in it; empty where it does not pass.</param>
/// <param name="Plan">The plan; empty where the group does not pass.</param>
/// <param name="Problems">What stood in the way, in the order in which it was met; also of optional buildpacks that were dropped.</param>
internal sealed record PlanResolution(
    bool Passed,
    IReadOnlyList<DetectedBuildpack> Group,
    IReadOnlyList<BuildPlanEntry> Plan,
    IReadOnlyList<PlanProblem> Problems);
