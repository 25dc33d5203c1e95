namespace BuildpackTasks.Oci;

/// <summary>A manifest whose config is not an image's: a signature, a bill of materials, a chart.</summary>
/// <param name="Config">The config.</param>
internal sealed record StoredArtifact(Descriptor Config) : StoredDocument;
