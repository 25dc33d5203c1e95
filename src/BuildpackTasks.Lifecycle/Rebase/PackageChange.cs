namespace BuildpackTasks.Lifecycle;

/// <summary>A package that is another one, or only on one side, after a rebase.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Before">Its version before; null where it was not there.</param>
/// <param name="After">Its version afterwards; null where it is gone.</param>
/// <param name="IsOlder">Whether the version afterwards is the older one, by the rules of its package manager.</param>
public sealed record PackageChange(string Name, string? Before, string? After, bool IsOlder);
