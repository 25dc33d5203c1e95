namespace BuildpackTasks.Lifecycle;

/// <summary>A part of an image that changes.</summary>
/// <param name="Platform">The platform of the image; null where the tag stands for one image only.</param>
/// <param name="Part">Which part: <c>run image</c>, <c>dotnet-runtime</c>.</param>
/// <param name="Before">What it was.</param>
/// <param name="After">What it is afterwards.</param>
/// <param name="Layers">The layers, the lowest first.</param>
/// <param name="Packages">The packages of the operating system, by name.</param>
public sealed record FleetChange(string? Platform, string Part, string Before, string After, IReadOnlyList<FleetLayer> Layers, IReadOnlyList<PackageChange> Packages);
