namespace BuildpackTasks.Lifecycle;

/// <summary>What the lowest layers of an image say of its operating system.</summary>
/// <param name="DistributionName">The distribution's name (<c>ID</c> of os-release), or null where the layers do not say.</param>
/// <param name="DistributionVersion">The distribution's version (<c>VERSION_ID</c> of os-release), or null.</param>
/// <param name="CLibrary">The C library, <c>glibc</c> or <c>musl</c>; null where there is none.</param>
/// <param name="Packages">The packages that the system's records name, by name; empty where it keeps none.</param>
public sealed record SystemFacts(string? DistributionName, string? DistributionVersion, string? CLibrary, IReadOnlyList<InstalledPackage> Packages);
