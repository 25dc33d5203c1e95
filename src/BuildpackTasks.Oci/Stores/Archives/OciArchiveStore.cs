namespace BuildpackTasks.Oci;

/// <summary>
/// An OCI image layout in a tar file, <c>oci-archive:</c> for other tools. Writing replaces the whole archive, which appears
/// under its name when it is whole. Equal images give equal archives.
/// </summary>
/// <param name="path">The archive's path; it need not exist.</param>
/// <param name="repository">The repository under whose name container engines load the image, or null for none.</param>
public sealed class OciArchiveStore(string path, ImageReference? repository = null) : IImageStore
{
    private readonly string path = Path.GetFullPath(path);

    /// <summary>The archive's absolute path.</summary>
    public string Name => path;

    /// <summary>
    /// Reads the image for a platform by tag or digest; the only one for the platform where neither is given. A plain archive is
    /// read where it is, one that is compressed with gzip is unpacked into a temporary file.
    /// </summary>
    /// <inheritdoc/>
    /// <exception cref="OciException">
    /// BPT1201 to BPT1205, BPT1220, BPT1221: the archive cannot be read, is damaged, or is of another kind. BPT1006: no image for
    /// the platform. BPT1003, BPT1004, BPT1007: the image is malformed or not supported.
    /// </exception>
    public async Task<Image?> ReadAsync(string? selector, Platform platform, CancellationToken cancellationToken) =>
        await OpenAsync(cancellationToken) is { } reader ? await reader.ReadAsync(selector, platform, cancellationToken) : null;

    /// <summary>Reads what a tag or digest stands for, for all platforms; the only one where neither is given.</summary>
    /// <param name="selector">A tag or a digest; null for the archive's only image.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>What it stands for, or null where the archive has nothing by that selector.</returns>
    /// <exception cref="OciException">
    /// BPT1201 to BPT1205, BPT1220, BPT1221, BPT1244: the archive cannot be read, is damaged, or is of another kind. BPT1003, BPT1004,
    /// BPT1007: the image is malformed or not supported.
    /// </exception>
    public async Task<TaggedImage?> ReadTaggedAsync(string? selector, CancellationToken cancellationToken) =>
        await OpenAsync(cancellationToken) is { } reader ? await reader.ReadTaggedAsync(selector, cancellationToken) : null;

    /// <summary>
    /// Writes an archive with the image under its tags in place of the one that is there. An image with Docker's media types gets
    /// those of OCI: readers of layouts do not look for others.
    /// </summary>
    /// <inheritdoc/>
    /// <exception cref="OciException">BPT1208, BPT1211: the archive cannot be written, or a tag is none.</exception>
    public Task WriteAsync(Image image, IReadOnlyList<string> tags, IProgress<BlobTransfer>? progress, CancellationToken cancellationToken) =>
        ArchiveWriter.WriteFileAsync(Plan(image.WithFormat(ImageFormat.Oci), tags), path, progress, cancellationToken);

    /// <summary>
    /// Writes an archive with the image of each platform and their index under its tags in place of the one that is there, with the
    /// media types of OCI.
    /// </summary>
    /// <inheritdoc/>
    /// <exception cref="OciException">BPT1208, BPT1211: the archive cannot be written, or a tag is none.</exception>
    public Task WriteIndexAsync(ImageIndex index, IReadOnlyList<string> tags, IProgress<BlobTransfer>? progress, CancellationToken cancellationToken) =>
        ArchiveWriter.WriteFileAsync(Plan(index.WithFormat(ImageFormat.Oci), tags), path, progress, cancellationToken);

    /// <summary>Whether an archive holds an OCI layout.</summary>
    internal static bool IsOci(ArchiveFiles files) => files.Find(LayoutReader.LayoutFile) is not null && files.Find(LayoutReader.IndexFile) is not null;

    private async Task<LayoutReader?> OpenAsync(CancellationToken cancellationToken)
    {
        if (!Path.Exists(path)) return null;
        ArchiveFiles files = await ArchiveFiles.OpenAsync(path, cancellationToken);
        return IsOci(files) ? new LayoutReader(files) : throw OciErrors.OtherArchive(path, "oci-archive", DockerArchiveReader.IsDocker(files) ? "docker-archive" : null);
    }

    private List<ArchiveEntry> Plan(Image image, IReadOnlyList<string> tags) =>
        Plan(LayoutIndex.Empty.With(image, tags, repository), Blobs(image), tags);

    private List<ArchiveEntry> Plan(ImageIndex index, IReadOnlyList<string> tags) => Plan(
        LayoutIndex.Empty.With(index, tags, repository),
        index.Images.SelectMany(Blobs).Append(ArchiveEntry.FromBytes(LayoutReader.BlobPath(index.Digest), index.Bytes)),
        tags);

    private static List<ArchiveEntry> Plan(LayoutIndex index, IEnumerable<ArchiveEntry> blobs, IReadOnlyList<string> tags)
    {
        foreach (string tag in tags.Where(static tag => !ImageReference.IsTag(tag))) throw OciErrors.NotATag(tag);
        return
        [
            ArchiveEntry.FromBytes(LayoutReader.LayoutFile, LayoutWriter.LayoutFileContent.ToArray()),
            ArchiveEntry.FromBytes(LayoutReader.IndexFile, index.ToBytes()),
            ArchiveEntry.Directory("blobs"),
            ArchiveEntry.Directory("blobs/sha256"),
            .. blobs.DistinctBy(static blob => blob.Path).OrderBy(static blob => blob.Path, StringComparer.Ordinal),
        ];
    }

    private static IEnumerable<ArchiveEntry> Blobs(Image image) =>
    [
        ArchiveEntry.FromBytes(LayoutReader.BlobPath(image.Digest), image.ManifestBytes),
        ArchiveEntry.FromBytes(LayoutReader.BlobPath(image.ConfigDescriptor.Digest), image.ConfigBytes, image.ConfigDescriptor),
        .. image.Layers.Select(static layer => ArchiveEntry.FromLayer(LayoutReader.BlobPath(layer.Descriptor.Digest), layer)),
    ];
}
