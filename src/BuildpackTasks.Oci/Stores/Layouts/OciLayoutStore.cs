namespace BuildpackTasks.Oci;

/// <summary>
/// An OCI image layout in a directory (OCI image specification, "Image Layout"). A layout that does not exist appears whole;
/// one that exists stays valid at every moment: blobs first, the index last.
/// </summary>
public sealed class OciLayoutStore : ITaggedStore
{
    private readonly string directory;
    private readonly ImageReference? repository;
    private readonly LayoutDirectory files;
    private readonly LayoutReader reader;

    /// <param name="directory">The layout's directory; it need not exist.</param>
    /// <param name="repository">The repository under whose name container engines load images from the layout, or null for none.</param>
    public OciLayoutStore(string directory, ImageReference? repository = null)
    {
        this.directory = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory));
        this.repository = repository;
        files = new LayoutDirectory(this.directory);
        reader = new LayoutReader(files);
    }

    /// <summary>The directory's absolute path.</summary>
    public string Name => directory;

    /// <summary>
    /// Reads the image for a platform by tag or digest, also from nested indexes; the only one for the platform where neither
    /// is given.
    /// </summary>
    /// <inheritdoc/>
    /// <exception cref="OciException">
    /// BPT1201 to BPT1204: the layout cannot be read or is damaged. BPT1205: no selector and several images.
    /// BPT1006: no image for the platform. BPT1003, BPT1004, BPT1007: the image is malformed or not supported.
    /// </exception>
    public async Task<Image?> ReadAsync(string? selector, Platform platform, CancellationToken cancellationToken) =>
        IsThere() ? await reader.ReadAsync(selector, platform, cancellationToken) : null;

    /// <inheritdoc/>
    /// <exception cref="OciException">
    /// BPT1201 to BPT1204: the layout cannot be read or is damaged. BPT1205, BPT1244: it is not one image or index that is named.
    /// BPT1003, BPT1004, BPT1007: the image is malformed or not supported.
    /// </exception>
    public async Task<TaggedImage?> ReadTaggedAsync(string? selector, CancellationToken cancellationToken) =>
        IsThere() ? await reader.ReadTaggedAsync(selector, cancellationToken) : null;

    /// <inheritdoc/>
    /// <exception cref="OciException">BPT1201, BPT1202: the layout cannot be read. BPT1244: the tag is on several images.</exception>
    public async Task<Digest?> FindTagAsync(string tag, CancellationToken cancellationToken) =>
        IsThere() ? (await reader.FindAsync(tag, cancellationToken))?.Digest : null;

    /// <inheritdoc/>
    /// <exception cref="OciException">BPT1208 to BPT1211: the directory cannot be written. BPT1245: the layout no longer has the image.</exception>
    public Task TagAsync(TaggedImage image, string tag, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(image);
        Task RequireAsync(LayoutWriter writer) => writer.Has(image) ? Task.CompletedTask : throw OciErrors.NothingToTag(directory, image.Descriptor.Digest);
        return WriteAsync(new Change(RequireAsync, index => index.With(image, tag, repository)), [tag], cancellationToken);
    }

    /// <summary>
    /// Writes an image under its tags. What had one of the tags for the same platform is replaced, and blobs that only it
    /// referenced are removed; everything else stays. An image with Docker's media types gets those of OCI: readers of layouts
    /// do not look for others. One that was read and whose layers were replaced is what it was, and takes the place of all that had a tag.
    /// </summary>
    /// <inheritdoc/>
    /// <exception cref="OciException">
    /// BPT1208 to BPT1211: the directory cannot be written, holds other files or is in use, or a tag is none. Errors of reading
    /// the layers are theirs.
    /// </exception>
    public Task WriteAsync(Image image, IReadOnlyList<string> tags, IProgress<BlobTransfer>? progress, CancellationToken cancellationToken)
    {
        if (!image.IsNew) image = image.WithFormat(ImageFormat.Oci);
        LayoutIndex With(LayoutIndex index) => (image.IsNew ? index.Without(tags) : index).With(image, tags, repository);
        return WriteAsync(new Change(writer => writer.WriteBlobsAsync(image, progress, cancellationToken), With), tags, cancellationToken);
    }

    /// <summary>
    /// Writes an image for several platforms: its index, under the tags in place of everything that had one of them. Blobs that
    /// nothing references any more are removed. The media types are those of OCI, unless it is one that was read and changed.
    /// </summary>
    /// <inheritdoc/>
    /// <exception cref="OciException">
    /// BPT1208 to BPT1211: the directory cannot be written, holds other files or is in use, or a tag is none. Errors of reading
    /// the layers are theirs.
    /// </exception>
    public Task WriteIndexAsync(ImageIndex index, IReadOnlyList<string> tags, IProgress<BlobTransfer>? progress, CancellationToken cancellationToken)
    {
        if (!index.Images.Any(static image => image.IsNew)) index = index.WithFormat(ImageFormat.Oci);
        return WriteAsync(new Change(writer => writer.WriteBlobsAsync(index, progress, cancellationToken), present => present.With(index, tags, repository)), tags, cancellationToken);
    }

    /// <summary>Puts an image in the place of what a tag names. What had the tag stays in the layout without one: by its digest it can be read, and tagged again.</summary>
    /// <inheritdoc/>
    /// <exception cref="OciException">BPT1208 to BPT1211: the directory cannot be written. Whatever <paramref name="beforeTag"/> throws.</exception>
    public Task ReplaceAsync(string tag, Image image, Func<CancellationToken, Task> beforeTag, CancellationToken cancellationToken)
    {
        LayoutIndex With(LayoutIndex index) => index.Untagged(tag).With(image, [tag], repository);
        return ReplaceAsync(tag, writer => writer.WriteBlobsAsync(image, null, cancellationToken), With, beforeTag, cancellationToken);
    }

    /// <summary>Puts an image for several platforms in the place of what a tag names, likewise.</summary>
    /// <inheritdoc/>
    /// <exception cref="OciException">BPT1208 to BPT1211: the directory cannot be written. Whatever <paramref name="beforeTag"/> throws.</exception>
    public Task ReplaceAsync(string tag, ImageIndex index, Func<CancellationToken, Task> beforeTag, CancellationToken cancellationToken)
    {
        LayoutIndex With(LayoutIndex present) => present.Untagged(tag).With(index, [tag], repository);
        return ReplaceAsync(tag, writer => writer.WriteBlobsAsync(index, null, cancellationToken), With, beforeTag, cancellationToken);
    }

    private Task ReplaceAsync(string tag, Func<LayoutWriter, Task> writeBlobs, Func<LayoutIndex, LayoutIndex> index, Func<CancellationToken, Task> beforeTag, CancellationToken cancellationToken)
    {
        async Task WriteBlobsAsync(LayoutWriter writer)
        {
            await writeBlobs(writer);
            await beforeTag(cancellationToken);
        }
        return WriteAsync(new Change(WriteBlobsAsync, index), [tag], cancellationToken);
    }

    private bool IsThere()
    {
        if (File.Exists(directory)) throw OciErrors.NotALayout(directory, "it is a file");
        if (!Directory.Exists(directory)) return false;
        if (files.Find(LayoutReader.LayoutFile) is not null) return true;
        return Directory.EnumerateFileSystemEntries(directory).Any() ? throw OciErrors.NotALayout(directory, $"it has no '{LayoutReader.LayoutFile}'") : false;
    }

    private async Task WriteAsync(Change change, IReadOnlyList<string> tags, CancellationToken cancellationToken)
    {
        foreach (string tag in tags.Where(static tag => !ImageReference.IsTag(tag))) throw OciErrors.NotATag(tag);
        try
        {
            if (File.Exists(directory)) throw OciErrors.CannotWriteStore(directory, "it is a file");
            if (!Directory.Exists(directory) && await TryCreateAsync(change, cancellationToken)) return;
            await UpdateAsync(change, cancellationToken);
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            throw OciErrors.CannotWriteStore(directory, FileFailure.Reason(e), e);
        }
    }

    /// <summary>Makes the layout beside its place and moves it there; false where another build was faster.</summary>
    private async Task<bool> TryCreateAsync(Change change, CancellationToken cancellationToken)
    {
        string parent = Path.GetDirectoryName(directory)!;
        Directory.CreateDirectory(parent);
        string temporary = Path.Join(parent, $".{Path.GetFileName(directory)}.{Path.GetRandomFileName()}.tmp");
        try
        {
            Directory.CreateDirectory(temporary);
            var writer = new LayoutWriter(temporary);
            await change.WriteBlobsAsync(writer);
            await writer.WriteIndexAsync(change.Index(LayoutIndex.Empty), cancellationToken);
            await writer.TryWriteLayoutFileAsync(cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            if (Directory.Exists(directory)) return false;
            Directory.Move(temporary, directory);
            return true;
        }
        catch (IOException) when (Directory.Exists(directory))
        {
            return false;
        }
        finally
        {
            if (Directory.Exists(temporary)) Directory.Delete(temporary, recursive: true);
        }
    }

    private async Task UpdateAsync(Change change, CancellationToken cancellationToken)
    {
        var writer = new LayoutWriter(directory);
        bool started = false;
        if (files.Find(LayoutReader.LayoutFile) is null)
        {
            if (Directory.EnumerateFileSystemEntries(directory).Any()) throw OciErrors.DirectoryHasOtherFiles(directory);
            started = await writer.TryWriteLayoutFileAsync(cancellationToken);
        }

        using IDisposable only = await LayoutLock.AcquireAsync(directory, cancellationToken);
        writer.RemoveLeftovers();
        LayoutIndex old = files.Find(LayoutReader.IndexFile) is null ? LayoutIndex.Empty : await reader.ReadIndexAsync(cancellationToken);
        LayoutIndex current = change.Index(old);
        try
        {
            await change.WriteBlobsAsync(writer);
            cancellationToken.ThrowIfCancellationRequested();
            await writer.WriteIndexAsync(current, CancellationToken.None);
        }
        catch
        {
            writer.RemoveWritten();
            if (started) RemoveStarted();
            throw;
        }

        // The new index is visible: from here on nothing may fail or be cancelled half way.
        foreach (Digest digest in await new LayoutCleaner(reader).FindUnreferencedAsync(old, current))
        {
            try
            {
                File.Delete(Path.Join(directory, LayoutReader.BlobPath(digest)));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A blob that stays does no harm.
            }
        }
    }

    // A directory that was empty before is empty again.
    private void RemoveStarted()
    {
        File.Delete(Path.Join(directory, LayoutReader.LayoutFile));
        if (Directory.Exists(Path.Join(directory, "blobs"))) Directory.Delete(Path.Join(directory, "blobs"), recursive: true);
    }

    /// <summary>What is written: blobs, and then another index.</summary>
    /// <param name="WriteBlobsAsync">Writes the blobs.</param>
    /// <param name="Index">The index afterwards for the one before.</param>
    private sealed record Change(Func<LayoutWriter, Task> WriteBlobsAsync, Func<LayoutIndex, LayoutIndex> Index);
}
