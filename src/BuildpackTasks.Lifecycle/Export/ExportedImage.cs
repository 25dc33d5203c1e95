using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>The image, ready to be written to a store, and the layers that were put on the run image for it.</summary>
/// <param name="Image">The image.</param>
/// <param name="Layers">The layers above the run image's, the lowest first.</param>
public sealed record ExportedImage(Image Image, IReadOnlyList<ExportedLayer> Layers);
