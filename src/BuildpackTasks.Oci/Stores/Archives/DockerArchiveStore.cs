namespace BuildpackTasks.Oci;

/// <summary>
/// An archive as <c>docker save</c> writes it, <c>docker-archive:</c> for other tools. Writing replaces the whole archive, which
/// appears under its name when it is whole. Equal images give equal archives.
/// </summary>
/// <param name="path">The archive's path; it need not exist.</param>
/// <param name="repository">The repository under whose name container engines load the image, or null for none.</param>
public sealed class DockerArchiveStore(string path, ImageReference? repository = null) : IImageStore
{
    private readonly string path = Path.GetFullPath(path);

    /// <summary>The archive's absolute path.</summary>
    public string Name => path;

    /// <summary>
    /// Reads the image for a platform by its tag, its name with tag or its config's digest; the only one for the platform where
    /// none is given. The manifest is made from the config, because such archives have none; layers that are not compressed stay so.
    /// </summary>
    /// <inheritdoc/>
    /// <exception cref="OciException">
    /// BPT1201, BPT1203 to BPT1205, BPT1220 to BPT1222: the archive cannot be read, is damaged, or is of another kind. BPT1006: no
    /// image for the platform. BPT1003: the config is malformed.
    /// </exception>
    public async Task<Image?> ReadAsync(string? selector, Platform platform, CancellationToken cancellationToken)
    {
        if (!Path.Exists(path)) return null;
        ArchiveFiles files = await ArchiveFiles.OpenAsync(path, cancellationToken);
        if (!DockerArchiveReader.IsDocker(files)) throw OciErrors.OtherArchive(path, "docker-archive", OciArchiveStore.IsOci(files) ? "oci-archive" : null);
        return await new DockerArchiveReader(files, ArchiveFiles.MaxUnpacked).ReadAsync(selector, platform, cancellationToken);
    }

    /// <summary>Writes an archive with the image under its names in place of the one that is there.</summary>
    /// <inheritdoc/>
    /// <exception cref="OciException">BPT1208, BPT1211: the archive cannot be written, or a tag is none.</exception>
    public Task WriteAsync(Image image, IReadOnlyList<string> tags, IProgress<BlobTransfer>? progress, CancellationToken cancellationToken) =>
        ArchiveWriter.WriteFileAsync(DockerArchive.Plan(image, repository, tags), path, progress, cancellationToken);

    /// <summary>Always fails: an archive of this kind has no place for an index.</summary>
    /// <inheritdoc/>
    /// <exception cref="OciException">BPT1212: always.</exception>
    public Task WriteIndexAsync(ImageIndex index, IReadOnlyList<string> tags, IProgress<BlobTransfer>? progress, CancellationToken cancellationToken) =>
        throw OciErrors.HoldsOnePlatform($"The docker archive '{path}'");
}
