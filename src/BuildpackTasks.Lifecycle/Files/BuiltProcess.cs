namespace BuildpackTasks.Lifecycle;

/// <summary>A process and who contributed it.</summary>
/// <param name="Process">The process.</param>
/// <param name="Buildpack">The buildpack that contributed it; null for a process that the user added.</param>
public sealed record BuiltProcess(Process Process, BuildpackId? Buildpack);
