namespace BuildpackTasks.Lifecycle;

/// <summary>What is mounted below a directory.</summary>
/// <param name="Root">The directory, on this machine.</param>
/// <param name="Mounts">What is mounted, in order.</param>
internal sealed record MountedTree(string Root, IEnumerable<ViewMount> Mounts);
