namespace BuildpackTasks.Oci;

/// <summary>Reads files out of an image's layers without unpacking them.</summary>
public static class ImageFiles
{
    /// <summary>
    /// Reads files as a process in the image would see them: upper layers before lower ones, whiteouts honoured, links resolved
    /// inside the image. Layers are read from the top only as far down as is needed.
    /// </summary>
    /// <param name="image">The image.</param>
    /// <param name="pathsOrDirectories">
    /// Paths in the image, with or without a leading slash. A directory stands for all files in and below it; what is not there
    /// is left out.
    /// </param>
    /// <param name="maxBytes">How many bytes all files may have together.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The files' bytes by path, as asked for but without leading and trailing slashes, or below the directory that was asked for.</returns>
    /// <exception cref="OciException">
    /// A layer cannot be had; BPT1018: it is not one, or not the one of its diff ID; BPT1019: the files have more than <paramref name="maxBytes"/>; BPT1020: a
    /// layer needs a tool that is missing.
    /// </exception>
    public static Task<IReadOnlyDictionary<string, byte[]>> ReadAsync(
        Image image, IReadOnlyCollection<string> pathsOrDirectories, long maxBytes, CancellationToken cancellationToken) =>
        ReadAsync(image.Layers, pathsOrDirectories, maxBytes, cancellationToken);

    /// <summary>Reads files out of some layers as out of an image that has these alone.</summary>
    /// <param name="layers">The layers, the lowest first.</param>
    /// <param name="pathsOrDirectories">Paths in it, as for an image.</param>
    /// <param name="maxBytes">How many bytes all files may have together.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The files' bytes by path, as for an image.</returns>
    /// <exception cref="OciException">As for an image.</exception>
    public static async Task<IReadOnlyDictionary<string, byte[]>> ReadAsync(
        IReadOnlyList<ILayer> layers, IReadOnlyCollection<string> pathsOrDirectories, long maxBytes, CancellationToken cancellationToken)
    {
        var reader = new ImageFileReader(layers, [.. pathsOrDirectories.Select(static path => path.Trim('/')).Distinct(StringComparer.Ordinal)], maxBytes);
        return await reader.ReadAsync(cancellationToken);
    }
}
