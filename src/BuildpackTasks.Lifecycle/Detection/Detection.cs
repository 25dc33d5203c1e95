namespace BuildpackTasks.Lifecycle;

/// <summary>What detection decided, and why.</summary>
/// <param name="Group">The buildpacks that build, in order.</param>
/// <param name="Plan">What they provide to and require of each other, in the order in which names were first mentioned.</param>
/// <param name="Candidates">Every buildpack that was tried, in order; where one was in several groups, as of the last.</param>
public sealed record Detection(
    IReadOnlyList<IBuildpack> Group,
    IReadOnlyList<BuildPlanEntry> Plan,
    IReadOnlyList<Candidate> Candidates);
