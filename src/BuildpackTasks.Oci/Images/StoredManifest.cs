namespace BuildpackTasks.Oci;

/// <summary>The manifest of one image as it was read (OCI image specification, "Image Manifest").</summary>
/// <param name="Format">Which family of media types it has.</param>
/// <param name="Config">The config.</param>
/// <param name="Layers">The layers, the lowest first.</param>
/// <param name="Annotations">The annotations, by name.</param>
internal sealed record StoredManifest(
    ImageFormat Format, Descriptor Config, IReadOnlyList<Descriptor> Layers, IReadOnlyDictionary<string, string> Annotations) : StoredDocument
{
    /// <summary>The annotations of those layers that have some.</summary>
    public IReadOnlyDictionary<Digest, IReadOnlyDictionary<string, string>> LayerAnnotations { get; init; } = new Dictionary<Digest, IReadOnlyDictionary<string, string>>();
}
