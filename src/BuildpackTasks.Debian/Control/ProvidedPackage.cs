namespace BuildpackTasks.Debian;

/// <summary>A virtual package that a package provides (Debian policy, 7.5).</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version, or null where it has none.</param>
internal sealed record ProvidedPackage(string Name, DebianVersion? Version);
