namespace BuildpackTasks.Oci;

/// <summary>An index of images as it was read (OCI image specification, "Image Index"; Docker's manifest list).</summary>
/// <param name="Format">Which family of media types it has.</param>
/// <param name="Entries">What it lists, in its order.</param>
/// <param name="Annotations">The annotations, by name.</param>
internal sealed record StoredIndex(ImageFormat Format, IReadOnlyList<StoredIndexEntry> Entries, IReadOnlyDictionary<string, string> Annotations) : StoredDocument
{
    /// <summary>
    /// The image for a platform: the one with the very variant that is asked for, else the first that serves, else one that
    /// does not say what it runs on (its config will).
    /// </summary>
    /// <exception cref="OciException">BPT1006: none is for the platform.</exception>
    public Descriptor Choose(Platform wanted, string name)
    {
        StoredIndexEntry[] images = [.. Entries.Where(static entry => MediaTypes.IsManifest(entry.Descriptor.MediaType))];
        StoredIndexEntry[] serving = [.. images.Where(entry => entry.Platform is not null && wanted.Accepts(entry.Platform))];
        StoredIndexEntry? chosen = serving.FirstOrDefault(entry => entry.Platform!.Variant == wanted.Variant)
            ?? serving.FirstOrDefault()
            ?? images.FirstOrDefault(static entry => entry.Platform is null);
        // Attestations are listed as images for "unknown/unknown": nobody looks for those.
        return chosen?.Descriptor ?? throw OciErrors.NoImageForPlatform(
            name, wanted, images.Select(static entry => entry.Platform).OfType<Platform>().Where(static platform => platform.Os != "unknown"));
    }
}
