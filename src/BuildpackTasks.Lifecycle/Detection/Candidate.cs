namespace BuildpackTasks.Lifecycle;

/// <summary>A buildpack of the order and what became of it, for a person to read.</summary>
/// <param name="Buildpack">The buildpack.</param>
/// <param name="Optional">Whether its group could pass without it.</param>
/// <param name="State">What became of it.</param>
/// <param name="Reason">Why: one clause without a full stop.</param>
public sealed record Candidate(BuildpackDescriptor Buildpack, bool Optional, CandidateState State, string Reason);
