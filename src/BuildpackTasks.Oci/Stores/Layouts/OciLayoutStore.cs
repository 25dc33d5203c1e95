namespace BuildpackTasks.Oci;

/// <summary>
/// An OCI image layout in a directory (OCI image specification, "Image Layout"). A layout that does not exist appears whole;
/// one that exists stays valid at every moment: blobs first, the index last.
/// </summary>
public sealed class OciLayoutStore : IImageStore
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
    public async Task<Image?> ReadAsync(string? selector, Platform platform, CancellationToken cancellationToken)
    {
        if (File.Exists(directory)) throw OciErrors.NotALayout(directory, "it is a file");
        if (!Directory.Exists(directory)) return null;
        if (files.Find(LayoutReader.LayoutFile) is null)
        {
            if (!Directory.EnumerateFileSystemEntries(directory).Any()) return null;
            throw OciErrors.NotALayout(directory, $"it has no '{LayoutReader.LayoutFile}'");
        }
        return await reader.ReadAsync(selector, platform, cancellationToken);
    }

    /// <summary>
    /// Writes an image under its tags. What had one of the tags for the same platform is replaced, and blobs that only it
    /// referenced are removed; everything else stays. An image with Docker's media types gets those of OCI: readers of layouts
    /// do not look for others.
    /// </summary>
    /// <inheritdoc/>
    /// <exception cref="OciException">
    /// BPT1208 to BPT1211: the directory cannot be written, holds other files or is in use, or a tag is none. Errors of reading
    /// the layers are theirs.
    /// </exception>
    public async Task WriteAsync(Image image, IReadOnlyList<string> tags, IProgress<BlobTransfer>? progress, CancellationToken cancellationToken)
    {
        foreach (string tag in tags.Where(static tag => !ImageReference.IsTag(tag))) throw OciErrors.NotATag(tag);
        image = image.WithFormat(ImageFormat.Oci);
        try
        {
            if (File.Exists(directory)) throw OciErrors.CannotWriteStore(directory, "it is a file");
            if (!Directory.Exists(directory) && await TryCreateAsync(image, tags, progress, cancellationToken)) return;
            await UpdateAsync(image, tags, progress, cancellationToken);
        }
        catch (Exception e) when (FileFailure.Is(e))
        {
            throw OciErrors.CannotWriteStore(directory, FileFailure.Reason(e), e);
        }
    }

    /// <summary>Makes the layout beside its place and moves it there; false where another build was faster.</summary>
    private async Task<bool> TryCreateAsync(Image image, IReadOnlyList<string> tags, IProgress<BlobTransfer>? progress, CancellationToken cancellationToken)
    {
        string parent = Path.GetDirectoryName(directory)!;
        Directory.CreateDirectory(parent);
        string temporary = Path.Join(parent, $".{Path.GetFileName(directory)}.{Path.GetRandomFileName()}.tmp");
        try
        {
            Directory.CreateDirectory(temporary);
            var writer = new LayoutWriter(temporary);
            await writer.WriteBlobsAsync(image, progress, cancellationToken);
            await writer.WriteIndexAsync(LayoutIndex.Empty.With(image, tags, repository), cancellationToken);
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

    private async Task UpdateAsync(Image image, IReadOnlyList<string> tags, IProgress<BlobTransfer>? progress, CancellationToken cancellationToken)
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
        LayoutIndex current = old.With(image, tags, repository);
        try
        {
            await writer.WriteBlobsAsync(image, progress, cancellationToken);
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
}
