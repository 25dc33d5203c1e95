namespace BuildpackTasks.Lifecycle;

/// <summary>A mount of this machine.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Options">Its options, such as <c>ro</c> and <c>noexec</c>.</param>
internal sealed record HostMount(string Path, IReadOnlySet<string> Options);
