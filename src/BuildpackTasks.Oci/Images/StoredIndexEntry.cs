namespace BuildpackTasks.Oci;

/// <summary>One entry of an index.</summary>
/// <param name="Descriptor">The manifest that it names.</param>
/// <param name="Platform">What the image runs on, or null where the entry does not say.</param>
/// <param name="Annotations">The entry's annotations, by name.</param>
internal sealed record StoredIndexEntry(Descriptor Descriptor, Platform? Platform, IReadOnlyDictionary<string, string> Annotations)
{
    /// <summary>Whether it says by itself that it is no image: attestations are listed as images for <c>unknown/unknown</c>.</summary>
    public bool IsOther =>
        !MediaTypes.IsManifest(Descriptor.MediaType) || Platform is { Os: "unknown", Architecture: "unknown" };
}
