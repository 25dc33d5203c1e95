using BuildpackTasks.Oci;

namespace BuildpackTasks;

/// <summary>Reads images to be looked at, for whatever platform they are.</summary>
internal static class InspectedStore
{
    // What images are made for; the order is that of how common they are.
    private static readonly Platform[] Platforms =
    [
        new("linux", "amd64"), new("linux", "arm64"), new("linux", "arm"), new("linux", "386"), new("linux", "ppc64le"), new("linux", "s390x"), new("linux", "riscv64"), new("linux", "loong64"),
        new("windows", "amd64"),
    ];

    /// <summary>Reads what a location stands for.</summary>
    /// <param name="location">The location.</param>
    /// <param name="session">What the build's tasks share.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>What it stands for, or null where there is nothing.</returns>
    /// <exception cref="OciException">The place cannot be read, or what it holds is not an image.</exception>
    public static async Task<TaggedImage?> ReadAsync(ImageLocation location, ImageSession session, CancellationToken cancellationToken)
    {
        if (location.OpenStore(session.Registries, session.Content) is not { } store) return null;
        if (store is ITaggedStore tagged) return await tagged.ReadTaggedAsync(location.Selector, cancellationToken);
        if (store is OciArchiveStore archive) return await archive.ReadTaggedAsync(location.Selector, cancellationToken);
        // What docker save writes holds images of one platform each, and says nothing of which until it is asked.
        OciException? refused = null;
        foreach (Platform platform in Platforms)
        {
            try
            {
                return await store.ReadAsync(location.Selector, platform, cancellationToken) is { } image ? new TaggedImage(image.Descriptor, image.ManifestBytes, [image]) : null;
            }
            catch (OciException e) when (e.Code == "BPT1006")
            {
                refused ??= e;
            }
        }
        throw refused!;
    }
}
