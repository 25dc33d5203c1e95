using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// What buildpacks may know of the run image (platform specification, "Target Data"): analysis finds it out, <c>analyzed.toml</c>
/// keeps it.
/// </summary>
public sealed record RunImageFacts
{
    /// <summary>What the run image runs on.</summary>
    public required Platform Platform { get; init; }

    /// <summary>The distribution's name, such as <c>debian</c> or <c>ubuntu</c> (<c>ID</c> of os-release), or null where it cannot be told.</summary>
    public string? DistributionName { get; init; }

    /// <summary>The distribution's version, such as <c>13</c> or <c>24.04</c> (<c>VERSION_ID</c> of os-release), or null.</summary>
    public string? DistributionVersion { get; init; }

    /// <summary>The environment that the run image's config sets.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Who the run image's config runs processes as, or null for root.</summary>
    public string? User { get; init; }
}
