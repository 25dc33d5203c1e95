using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>What came of the inspection of one name.</summary>
/// <param name="Name">The image as the user wrote it.</param>
/// <param name="Inspections">What was found out, one for each platform; empty where it failed.</param>
/// <param name="Error">Why nothing could be found out, or null.</param>
public sealed record InspectionResult(string Name, IReadOnlyList<ImageInspection> Inspections, CodedException? Error);
