namespace BuildpackTasks.Lifecycle;

/// <summary>What the lowest layers of an image say of its operating system.</summary>
/// <param name="DistributionName">The distribution's name (<c>ID</c> of os-release), or null where the layers do not say.</param>
/// <param name="DistributionVersion">The distribution's version (<c>VERSION_ID</c> of os-release), or null.</param>
/// <param name="CLibrary">The C library, <c>glibc</c> or <c>musl</c>; null where there is none.</param>
/// <param name="Packages">The packages that the system's records name, by name; empty where it keeps none.</param>
public sealed record SystemFacts(string? DistributionName, string? DistributionVersion, string? CLibrary, IReadOnlyList<InstalledPackage> Packages)
{
    /// <summary>Whose records name the packages, <c>dpkg</c> or <c>apk</c>, which decides how versions are ordered; null where there are none that can be read.</summary>
    public string? PackageManager { get; init; }
}
