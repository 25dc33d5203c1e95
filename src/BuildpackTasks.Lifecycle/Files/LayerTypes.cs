namespace BuildpackTasks.Lifecycle;

/// <summary>What a layer is for (buildpack specification, "Layer Types").</summary>
/// <param name="Launch">It is in the image.</param>
/// <param name="Build">Later buildpacks see it.</param>
/// <param name="Cache">It is kept for the next build.</param>
public sealed record LayerTypes(bool Launch, bool Build, bool Cache);
