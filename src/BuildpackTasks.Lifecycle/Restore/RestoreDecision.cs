namespace BuildpackTasks.Lifecycle;

/// <summary>What of a layer is there again before a build.</summary>
/// <param name="Metadata">Where its metadata, and the bill of materials about it, come from.</param>
/// <param name="Contents">Whether its contents come back too, which is always from the cache.</param>
/// <param name="Reason">Why: one clause without a full stop.</param>
public sealed record RestoreDecision(RestoreSource Metadata, bool Contents, string Reason);
