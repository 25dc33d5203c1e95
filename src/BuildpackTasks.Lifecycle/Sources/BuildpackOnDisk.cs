namespace BuildpackTasks.Lifecycle;

/// <summary>A buildpack in a directory of this machine.</summary>
/// <param name="File">What its <c>buildpack.toml</c> says.</param>
/// <param name="Directory">The directory's absolute path. One in the layer cache is used by others, too: nothing may be written to it.</param>
public sealed record BuildpackOnDisk(BuildpackFile File, string Directory);
