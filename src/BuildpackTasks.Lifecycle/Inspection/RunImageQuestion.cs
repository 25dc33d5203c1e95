using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>The run image of an image, of which there may be a newer one.</summary>
/// <param name="Name">The run image as the build was told.</param>
/// <param name="Reference">The run image as it was found then, pinned to a digest; null where the image does not say.</param>
/// <param name="Platform">What the image is for.</param>
/// <param name="DiffIds">The run image's layers, the lowest first; empty where it is not known which they are.</param>
/// <param name="System">What its layers say of the operating system; null where they were not read.</param>
public sealed record RunImageQuestion(string Name, string? Reference, Platform Platform, IReadOnlyList<Digest> DiffIds, SystemFacts? System);
