namespace BuildpackTasks.Oci;

/// <summary>A store whose images can be replaced where they are: a registry repository, an OCI layout.</summary>
public interface ITaggedStore : IImageStore
{
    /// <summary>Reads what a tag or digest stands for, for all platforms. Layers are opened only when asked for.</summary>
    /// <param name="selector">A tag or a digest; null for the store's only image.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>What it stands for, or null where the store has nothing by that selector.</returns>
    /// <exception cref="OciException">The place cannot be read, or what it holds is not an image.</exception>
    Task<TaggedImage?> ReadTaggedAsync(string? selector, CancellationToken cancellationToken);

    /// <summary>Which manifest or index a tag names now; asks, whatever was known.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="cancellationToken">Stops the question.</param>
    /// <returns>Its digest, or null where the store has no such tag.</returns>
    /// <exception cref="OciException">The place cannot be read.</exception>
    Task<Digest?> FindTagAsync(string tag, CancellationToken cancellationToken);

    /// <summary>Gives one more tag to what the store has, or moves the tag there.</summary>
    /// <param name="image">What <see cref="ReadTaggedAsync"/> gave.</param>
    /// <param name="tag">The tag.</param>
    /// <param name="cancellationToken">Stops it; the tag stays as it was.</param>
    /// <exception cref="OciException">The place cannot be written, or refuses the tag.</exception>
    Task TagAsync(TaggedImage image, string tag, CancellationToken cancellationToken);

    /// <summary>
    /// Puts an image in the place of what a tag names: blobs first, then the question whether the tag may move, then the tag. What is
    /// replaced can be read by its digest afterwards, as long as nobody removes what has no tag.
    /// </summary>
    /// <param name="tag">The tag.</param>
    /// <param name="image">The image.</param>
    /// <param name="beforeTag">Called when all blobs are there, just before the tag moves, again where the move has to be tried again; what it throws keeps the tag as it is.</param>
    /// <param name="cancellationToken">Stops it; the tag stays as it was.</param>
    /// <exception cref="OciException">The place cannot be written.</exception>
    Task ReplaceAsync(string tag, Image image, Func<CancellationToken, Task> beforeTag, CancellationToken cancellationToken);

    /// <summary>Puts an image for several platforms in the place of what a tag names, likewise.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="index">The image's index.</param>
    /// <param name="beforeTag">Called when all images are there, just before the tag moves; what it throws keeps the tag as it is.</param>
    /// <param name="cancellationToken">Stops it; the tag stays as it was.</param>
    /// <exception cref="OciException">The place cannot be written.</exception>
    Task ReplaceAsync(string tag, ImageIndex index, Func<CancellationToken, Task> beforeTag, CancellationToken cancellationToken);
}
