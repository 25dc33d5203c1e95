using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>A buildpack's layer as the image's metadata has it (platform specification, "io.buildpacks.lifecycle.metadata").</summary>
/// <param name="Sha">The layer's diff ID.</param>
/// <param name="Launch">Whether it is in the image.</param>
/// <param name="Build">Whether later buildpacks saw it.</param>
/// <param name="Cache">Whether it was kept for the next build.</param>
/// <param name="Data">What the buildpack noted about it, TOML values by key.</param>
/// <param name="Stored">How it is stored; null in images that others built.</param>
public sealed record LayerMetadata(Digest Sha, bool Launch, bool Build, bool Cache, IReadOnlyDictionary<string, object> Data, StoredLayer? Stored)
{
    /// <summary>What the layer's files do when a process starts; null where nobody says.</summary>
    public LayerStart? Start { get; init; }
}
