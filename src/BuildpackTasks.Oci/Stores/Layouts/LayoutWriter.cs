namespace BuildpackTasks.Oci;

/// <summary>
/// Writes the files of a layout into a directory that the caller has to itself. Every file appears under its name when it is
/// whole.
/// </summary>
/// <param name="directory">The directory's absolute path.</param>
internal sealed class LayoutWriter(string directory)
{
    private const string Temporary = ".tmp";

    private readonly List<string> written = [];

    /// <summary>The content of the file that says what the directory is (OCI image specification, "oci-layout file").</summary>
    public static ReadOnlySpan<byte> LayoutFileContent => """{"imageLayoutVersion":"1.0.0"}"""u8;

    /// <summary>Writes the file that says what the directory is; false where it was there already.</summary>
    public async Task<bool> TryWriteLayoutFileAsync(CancellationToken cancellationToken)
    {
        string path = Path.Join(directory, LayoutReader.LayoutFile);
        try
        {
            await WriteAsync(path, async stream => await stream.WriteAsync(LayoutFileContent.ToArray(), cancellationToken), overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            return false;
        }
    }

    /// <summary>Replaces the index.</summary>
    public Task WriteIndexAsync(LayoutIndex index, CancellationToken cancellationToken) =>
        WriteAsync(Path.Join(directory, LayoutReader.IndexFile), async stream => await stream.WriteAsync(index.ToBytes(), cancellationToken));

    /// <summary>Writes what an image consists of: layers, config and manifest.</summary>
    public async Task WriteBlobsAsync(Image image, IProgress<BlobTransfer>? progress, CancellationToken cancellationToken)
    {
        foreach (ILayer layer in image.Layers)
        {
            BlobTransferKind kind = await WriteBlobAsync(layer.Descriptor, layer.OpenAsync, cancellationToken);
            progress?.Report(new BlobTransfer(layer.Descriptor, kind));
        }
        BlobTransferKind configKind = await WriteBlobAsync(image.ConfigDescriptor, image.ConfigBytes, cancellationToken);
        progress?.Report(new BlobTransfer(image.ConfigDescriptor, configKind));
        await WriteBlobAsync(image.Descriptor, image.ManifestBytes, cancellationToken);
    }

    /// <summary>Writes what an image for several platforms consists of: the images, then their index.</summary>
    public async Task WriteBlobsAsync(ImageIndex index, IProgress<BlobTransfer>? progress, CancellationToken cancellationToken)
    {
        foreach (Image image in index.Images) await WriteBlobsAsync(image, progress, cancellationToken);
        await WriteBlobAsync(index.Descriptor, index.Bytes, cancellationToken);
    }

    /// <summary>Whether all of an image is there, as far as names and lengths tell.</summary>
    public bool Has(TaggedImage image) =>
        Has(image.Descriptor) && image.Images.All(one => Has(one.Descriptor) && Has(one.ConfigDescriptor) && one.Layers.All(layer => Has(layer.Descriptor)));

    /// <summary>Removes the blobs that this writer has written.</summary>
    public void RemoveWritten() => written.ForEach(File.Delete);

    /// <summary>Removes what a writer that was killed left half written.</summary>
    public void RemoveLeftovers()
    {
        foreach (string path in Directory.EnumerateFiles(directory, ".*" + Temporary, SearchOption.AllDirectories)) File.Delete(path);
    }

    private Task<BlobTransferKind> WriteBlobAsync(Descriptor descriptor, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        WriteBlobAsync(descriptor, _ => Task.FromResult<Stream>(new MemoryStream(content.ToArray(), writable: false)), cancellationToken);

    private async Task<BlobTransferKind> WriteBlobAsync(Descriptor descriptor, Func<CancellationToken, Task<Stream>> open, CancellationToken cancellationToken)
    {
        if (Has(descriptor)) return BlobTransferKind.Present;
        string path = PathOf(descriptor);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await WriteAsync(path, async stream =>
        {
            await using Stream content = await open(cancellationToken);
            await content.CopyToAsync(stream, cancellationToken);
            // Layers verify themselves; this notices one that does not.
            if (stream.Length != descriptor.Size) throw OciErrors.DamagedBlob(directory, descriptor.Digest, $"it has {stream.Length} bytes instead of {descriptor.Size}");
        });
        written.Add(path);
        return BlobTransferKind.Sent;
    }

    // Blobs get their names when they are whole, so a blob of the right length is the blob.
    private bool Has(Descriptor descriptor) => new FileInfo(PathOf(descriptor)) is { Exists: true } present && present.Length == descriptor.Size;

    private string PathOf(Descriptor descriptor) => Path.Join(directory, LayoutReader.BlobPath(descriptor.Digest));

    private static async Task WriteAsync(string path, Func<Stream, Task> write, bool overwrite = true)
    {
        string temporary = Path.Join(Path.GetDirectoryName(path), $".{Path.GetFileName(path)}.{Path.GetRandomFileName()}{Temporary}");
        try
        {
            await using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous))
            {
                await write(stream);
            }
            File.Move(temporary, path, overwrite);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
