namespace BuildpackTasks.Lifecycle;

/// <summary>What analysis found.</summary>
/// <param name="File">What <c>analyzed.toml</c> holds now.</param>
/// <param name="Notes">What the user should hear of, a sentence each; empty when all is well.</param>
public sealed record Analysis(AnalyzedFile File, IReadOnlyList<string> Notes);
