namespace BuildpackTasks.Lifecycle;

/// <summary>What stands at a path, with symbolic links followed.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Path">Where it is on this machine, without a link on the way; the path as it was asked for where there is nothing to look at.</param>
internal readonly record struct WrittenFile(WrittenFileKind Kind, string Path);
