namespace BuildpackTasks.Lifecycle;

/// <summary>A symbolic link that a view has by itself.</summary>
/// <param name="Path">Where it is, in the view.</param>
/// <param name="Target">What it points to, as written.</param>
internal sealed record ViewLink(string Path, string Target);
