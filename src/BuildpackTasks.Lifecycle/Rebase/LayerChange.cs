using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>A layer that a rebase replaces, removes or adds.</summary>
/// <param name="Name">What messages call it: the name of a buildpack's layer, or <c>run image</c>.</param>
/// <param name="Before">The layer before; null where it is new.</param>
/// <param name="After">The layer afterwards; null where it is gone.</param>
public sealed record LayerChange(string Name, ILayer? Before, ILayer? After);
