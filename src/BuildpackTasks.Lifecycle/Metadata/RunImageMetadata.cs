using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>What a rebase needs to know of the run image (platform specification, "io.buildpacks.lifecycle.metadata").</summary>
/// <param name="TopLayer">The diff ID of its topmost layer; null where it has none.</param>
/// <param name="Reference">The run image, pinned to a digest where it has one.</param>
/// <param name="Image">The run image as the user wrote it.</param>
/// <param name="Layers">How those of its layers are stored whose fingerprint is known, by diff ID; empty in images that others built, or rebased.</param>
public sealed record RunImageMetadata(Digest? TopLayer, string Reference, string Image, IReadOnlyDictionary<Digest, StoredLayer> Layers)
{
    /// <summary>What the run image's config passes on, to be noted in the label; a rebase reads it from there.</summary>
    internal NotedConfig? Config { get; init; }
}
