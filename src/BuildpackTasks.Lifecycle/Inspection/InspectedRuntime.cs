namespace BuildpackTasks.Lifecycle;

/// <summary>The runtime that an image's app runs on.</summary>
/// <param name="Name">What it is called, such as <c>.NET</c>.</param>
/// <param name="Origin">Where it comes from: <c>layer</c>, <c>run image</c> or <c>app</c>.</param>
/// <param name="Version">Its version; null where only its origin is known.</param>
/// <param name="Parts">Its parts with their versions, such as <c>Microsoft.NETCore.App</c>.</param>
/// <param name="Newer">Whether there is a newer patch.</param>
public sealed record InspectedRuntime(string Name, string Origin, string? Version, IReadOnlyList<KeyValuePair<string, string>> Parts, Availability Newer);
