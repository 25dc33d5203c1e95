namespace BuildpackTasks.Lifecycle;

/// <summary>A package of an image's operating system.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version, as its own package manager writes it.</param>
public sealed record InstalledPackage(string Name, string Version);
