namespace BuildpackTasks.Lifecycle;

/// <summary>
/// A part of the app directory that becomes a layer of its own, so that it can stay the same while others change (buildpack
/// specification, "launch.toml", <c>[[slices]]</c>).
/// </summary>
/// <param name="Name">What messages and history call it, such as <c>packages</c>.</param>
/// <param name="Paths">
/// Glob patterns relative to the app directory (<c>*</c> does not cross <c>/</c>, a directory stands for all below it). A path
/// that is a file's own name means that file, whatever characters it has.
/// </param>
/// <param name="Time">How the files get their times.</param>
public sealed record Slice(string Name, IReadOnlyList<string> Paths, FileTimes Time = FileTimes.Constant);
