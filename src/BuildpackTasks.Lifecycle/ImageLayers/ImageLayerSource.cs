namespace BuildpackTasks.Lifecycle;

/// <summary>Files of this machine that are to be in the image, in a layer of their own: an <c>ImageLayer</c> item.</summary>
/// <param name="Layer">The layer's name. What has the same name is in the same layer.</param>
/// <param name="Source">A file, or a directory whose content is meant, as an absolute path.</param>
/// <param name="TargetPath">Where it is in the image: an absolute path. A file whose target ends in a slash keeps its name.</param>
public sealed record ImageLayerSource(string Layer, string Source, string TargetPath);
