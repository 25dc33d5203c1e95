namespace BuildpackTasks.Lifecycle;

/// <summary>A run image that a builder is made for (platform specification, "run.toml", <c>[[images]]</c>).</summary>
/// <param name="Image">Its image reference.</param>
/// <param name="Mirrors">The references under which other registries have it.</param>
public sealed record RunImageNames(string Image, IReadOnlyList<string> Mirrors);
