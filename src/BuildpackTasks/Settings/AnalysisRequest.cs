using BuildpackTasks.Oci;

namespace BuildpackTasks;

/// <summary>What analysis looks for. Equal ones are answered alike.</summary>
/// <param name="RunImage">The run image.</param>
/// <param name="Previous">The image to reuse layers from; null for none.</param>
internal sealed record AnalysisRequest(RunImageRequest RunImage, ImageReference? Previous);
