namespace BuildpackTasks.Lifecycle;

/// <summary>Something that is mounted in a view.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Source">What is mounted: an absolute path on this machine.</param>
/// <param name="Target">Where: an absolute path in the view.</param>
internal sealed record ViewMount(ViewMountKind Kind, string Source, string Target);
