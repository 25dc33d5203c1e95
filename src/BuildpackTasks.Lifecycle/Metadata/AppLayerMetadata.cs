using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>A layer that is no buildpack's, such as one of the app directory, as the image's metadata has it.</summary>
/// <param name="Sha">The layer's diff ID.</param>
/// <param name="Stored">How it is stored; null in images that others built, or rebased.</param>
public sealed record AppLayerMetadata(Digest Sha, StoredLayer? Stored);
