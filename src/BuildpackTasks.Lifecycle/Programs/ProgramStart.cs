namespace BuildpackTasks.Lifecycle;

/// <summary>A program to run. All paths are those that the programs see.</summary>
/// <param name="Path">The program.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Environment">Its whole environment.</param>
/// <param name="WorkingDirectory">Where it starts.</param>
public sealed record ProgramStart(
    string Path,
    IReadOnlyList<string> Arguments,
    IReadOnlyDictionary<string, string> Environment,
    string WorkingDirectory)
{
    /// <summary>The directory for files of this run alone, made by the runner; null where it has none.</summary>
    public ProgramExchange? Exchange { get; init; }
}
