namespace BuildpackTasks;

/// <summary>A buildpack that is asked for.</summary>
/// <param name="Name">A built-in id, a directory, an archive or an image.</param>
/// <param name="Version">The version that it must have, or null for any.</param>
/// <param name="Optional">Whether its group can pass without it.</param>
internal sealed record BuildpackRequest(string Name, string? Version, bool Optional);
