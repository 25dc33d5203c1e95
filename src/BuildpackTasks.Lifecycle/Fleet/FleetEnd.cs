using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>How a run ended.</summary>
/// <param name="Notes">What the user should hear of it as a whole.</param>
/// <param name="Problem">Why the list of images ended before its end; null where it did not.</param>
/// <param name="IsInterrupted">Whether it was stopped.</param>
/// <param name="RollbackFile">The file that takes it back; null where there is none.</param>
internal sealed record FleetEnd(IReadOnlyList<string> Notes, CodedException? Problem, bool IsInterrupted, string? RollbackFile);
