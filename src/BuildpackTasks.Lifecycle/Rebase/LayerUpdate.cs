using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>Newer layers in place of those of a buildpack.</summary>
/// <param name="Buildpack">The buildpack.</param>
/// <param name="Layers">The layers, by the names that they have and keep.</param>
/// <param name="Before">What the image had, such as a version.</param>
/// <param name="After">What it has afterwards.</param>
public sealed record LayerUpdate(BuildpackId Buildpack, IReadOnlyDictionary<string, UpdatedLayer> Layers, string Before, string After)
{
    /// <summary>The packages of the operating system that change, by name.</summary>
    public IReadOnlyList<PackageChange> Packages { get; init; } = [];

    /// <summary>Labels of the image that change, by name; null for one that goes.</summary>
    public IReadOnlyDictionary<string, string?> Labels { get; init; } = new Dictionary<string, string?>();

    /// <summary>What speaks against it unless it is forced.</summary>
    public IReadOnlyList<CodedException> Objections { get; init; } = [];

    /// <summary>What the user should hear of, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
