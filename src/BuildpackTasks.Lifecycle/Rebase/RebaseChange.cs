namespace BuildpackTasks.Lifecycle;

/// <summary>One part of an image that a rebase moves to another version.</summary>
/// <param name="Part">Which part: <c>run image</c>, or the name of the updater.</param>
/// <param name="Before">What it was: a pinned reference, a version.</param>
/// <param name="After">What it is afterwards.</param>
/// <param name="Layers">The layers, the lowest first.</param>
/// <param name="Packages">The packages of the operating system, by name.</param>
public sealed record RebaseChange(string Part, string Before, string After, IReadOnlyList<LayerChange> Layers, IReadOnlyList<PackageChange> Packages);
