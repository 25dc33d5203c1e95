namespace BuildpackTasks.Oci;

/// <summary>
/// A place that keeps images: a registry repository, an OCI layout, an archive, a container engine. What it is asked to
/// write appears whole or not at all.
/// </summary>
public interface IImageStore
{
    /// <summary>What messages call the place, such as <c>registry.example.com/shop/web</c> or a path.</summary>
    string Name { get; }

    /// <summary>
    /// Reads the image for a platform, choosing from an index where there is one. Layers are opened only when asked for.
    /// </summary>
    /// <param name="selector">A tag or a digest; null for the store's only image.</param>
    /// <param name="platform">The platform that the image must be for.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The image, or null where the store has none by that selector.</returns>
    /// <exception cref="OciException">
    /// The place cannot be read, what it holds is not an image, or none in it is for the platform.
    /// </exception>
    Task<Image?> ReadAsync(string? selector, Platform platform, CancellationToken cancellationToken);

    /// <summary>Writes an image and then its tags: blobs first, then the manifest, then each tag.</summary>
    /// <param name="image">The image.</param>
    /// <param name="tags">The tags it shall have afterwards; empty for none but its digest.</param>
    /// <param name="progress">Told of every blob that was there already, mounted or sent; null where nobody asks.</param>
    /// <param name="cancellationToken">Stops the writing; what was visible before stays as it was.</param>
    /// <exception cref="OciException">The place cannot be written.</exception>
    Task WriteAsync(Image image, IReadOnlyList<string> tags, IProgress<BlobTransfer>? progress, CancellationToken cancellationToken);

    /// <summary>Writes an image for several platforms and then its tags: the image for each platform first, then the index, then each tag.</summary>
    /// <param name="index">The image's index.</param>
    /// <param name="tags">The tags it shall have afterwards; empty for none but its digest.</param>
    /// <param name="progress">Told of every blob that was there already, mounted or sent; null where nobody asks.</param>
    /// <param name="cancellationToken">Stops the writing; what was visible before stays as it was.</param>
    /// <exception cref="OciException">The place cannot be written; BPT1212: it holds no images for several platforms.</exception>
    Task WriteIndexAsync(ImageIndex index, IReadOnlyList<string> tags, IProgress<BlobTransfer>? progress, CancellationToken cancellationToken);
}
