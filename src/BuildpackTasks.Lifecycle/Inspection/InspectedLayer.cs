using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>A layer and what the image says of it.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Name">What messages call it: <c>run image</c>, <c>BUILDPACK:LAYER</c>, <c>app</c>, <c>sbom</c>; <c>unknown</c> where nothing names it.</param>
/// <param name="Buildpack">The id of the buildpack that contributed it; null for other layers.</param>
/// <param name="CreatedBy">What the image's history says of it, or null.</param>
public sealed record InspectedLayer(ILayer Layer, InspectedLayerKind Kind, string Name, string? Buildpack, string? CreatedBy);
