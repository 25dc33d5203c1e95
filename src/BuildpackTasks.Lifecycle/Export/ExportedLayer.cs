using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>A layer that was put on the run image.</summary>
/// <param name="Name">Its name: that of a buildpack's layer or of a slice; the rest of the app is <c>app</c>.</param>
/// <param name="Buildpack">The buildpack whose layer it is; null for the app's.</param>
/// <param name="IsShareable">Whether other apps may have the same layer.</param>
/// <param name="Layer">The layer; it says whether it was made now or known before, its digest and its size in bytes.</param>
public sealed record ExportedLayer(string Name, BuildpackId? Buildpack, bool IsShareable, KnownLayer Layer)
{
    /// <summary>What messages call it: its name, with its buildpack's id before it where layers of several have the same name.</summary>
    public string Title { get; init; } = Name;
}
