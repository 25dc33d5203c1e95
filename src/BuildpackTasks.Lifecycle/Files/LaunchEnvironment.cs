namespace BuildpackTasks.Lifecycle;

/// <summary>What the launch layers of one buildpack change in the environment of processes.</summary>
/// <param name="Buildpack">The buildpack.</param>
/// <param name="Variables">The changes for every process, in order.</param>
/// <param name="Processes">The changes for processes of one type only, in order.</param>
public sealed record LaunchEnvironment(
    BuildpackId Buildpack,
    IReadOnlyList<EnvironmentVariable> Variables,
    IReadOnlyDictionary<ProcessType, IReadOnlyList<EnvironmentVariable>> Processes)
{
    /// <summary>The changes for processes of one type only.</summary>
    /// <param name="type">The type; null for none.</param>
    public IReadOnlyList<EnvironmentVariable> OfProcess(ProcessType? type) => type is { } known && Processes.TryGetValue(known, out IReadOnlyList<EnvironmentVariable>? own) ? own : [];
}
