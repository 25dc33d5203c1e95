using System.IO.Compression;
using System.Text;

namespace BuildpackTasks.Oci;

/// <summary>
/// Archives and layers of anybody's, unpacked into the layer cache: each once, whatever is named after it is whole, and nothing of it
/// leads out of its directory.
/// </summary>
/// <param name="cache">Where they are unpacked to.</param>
/// <param name="limits">How much one may unpack to.</param>
public sealed class UnpackedTrees(LayerCache cache, UnpackLimits limits)
{
    // Raised when the same archive is to be unpacked differently.
    private const string Format = "unpacked 1";

    /// <summary>The directory that a tar file, plain or compressed with gzip, was unpacked to. An unchanged file is not read again.</summary>
    /// <param name="path">Its absolute path.</param>
    /// <param name="cancellationToken">Stops the unpacking; nothing is left of it then.</param>
    /// <exception cref="RefusedEntryException">It has an entry that is not unpacked.</exception>
    /// <exception cref="InvalidDataException">It is not such a file, is cut off, or is too large.</exception>
    /// <exception cref="OciException">BPT1012 or BPT1201: it cannot be read. BPT1013 or BPT1014: the cache directory is full or cannot be written.</exception>
    public async Task<string> OfFileAsync(string path, CancellationToken cancellationToken)
    {
        FileContent content = FileContent.FromFile(path);
        Digest digest = await cache.DigestOfAsync(content, cancellationToken);
        return await cache.Trees.GetOrAddAsync(Key($"archive {digest}"), async (tree, stop) =>
        {
            await using Stream file = Open(content, path);
            var whole = new VerifyingStream(file, new Descriptor(MediaTypes.OciLayer, digest, file.Length), Changed, cause => OciErrors.CannotReadStore(path, "it changed while it was read", cause));
            await using (whole)
            {
                // What gzip and tar leave behind their ends belongs to the file, too.
                long size = await ReadWholeAsync(() => UnpackAsync(whole, tree, stop));
                await whole.CopyToAsync(Stream.Null, stop);
                return size;
            }
        }, cancellationToken);

        OciException Changed() => OciErrors.CannotReadStore(path, "it changed while it was read");
    }

    /// <summary>The directory that what a layer has below a path was unpacked to. A layer that was is not asked for again.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="below">The path, without a leading slash.</param>
    /// <param name="cancellationToken">Stops the unpacking; nothing is left of it then.</param>
    /// <exception cref="RefusedEntryException">It has an entry that is not unpacked.</exception>
    /// <exception cref="InvalidDataException">It is not a layer, is not the one that its image names, or is too large.</exception>
    /// <exception cref="OciException">The layer cannot be had. BPT1013 or BPT1014: the cache directory is full or cannot be written.</exception>
    public Task<string> OfLayerAsync(ILayer layer, string below, CancellationToken cancellationToken) =>
        cache.Trees.GetOrAddAsync(Key($"layer {layer.DiffId} {below}"), (tree, stop) => UnpackAsync(layer, below, tree, limits, stop), cancellationToken);

    /// <summary>Unpacks what a layer has below a path into a directory that is no part of the cache.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="below">The path, without a leading slash.</param>
    /// <param name="directory">The directory, which is there and empty.</param>
    /// <param name="limits">How much there may be.</param>
    /// <param name="cancellationToken">Stops the unpacking; the directory may have a part of it then.</param>
    /// <returns>About how many bytes it takes on a disk.</returns>
    /// <exception cref="RefusedEntryException">It has an entry that is not unpacked.</exception>
    /// <exception cref="InvalidDataException">It is not a layer, is not the one that its image names, or is too large.</exception>
    /// <exception cref="OciException">The layer cannot be had, or the directory cannot be written.</exception>
    public static Task<long> UnpackAsync(ILayer layer, string below, string directory, UnpackLimits limits, CancellationToken cancellationToken) => ReadWholeAsync(async () =>
    {
        long size = 0;
        await LayerUnpacking.ReadTarAsync(layer, async tar =>
        {
            await using var digesting = new DigestingStream(tar, layer.DiffId);
            size = await new TreeUnpacker(directory, limits, below).UnpackAsync(digesting, isWhole: true, cancellationToken);
            if (!digesting.IsExpected) throw new InvalidDataException($"unpacked it is not {layer.DiffId}, as its image says");
        }, cancellationToken);
        return size;
    });

    /// <summary>
    /// The directory that all layers of an image were unpacked to, as a process in it would see them. Owners are not kept, and devices are
    /// not there; links lead where they lead, which is into the image only for whoever has the directory as the root.
    /// </summary>
    /// <param name="image">The image.</param>
    /// <param name="cancellationToken">Stops the unpacking; nothing is left of it then.</param>
    /// <exception cref="RefusedEntryException">It has an entry that is not unpacked.</exception>
    /// <exception cref="InvalidDataException">A layer is none, is not the one that the image names, or they are too large.</exception>
    /// <exception cref="OciException">A layer cannot be had. BPT1013 or BPT1014: the cache directory is full or cannot be written.</exception>
    public Task<string> OfImageAsync(Image image, CancellationToken cancellationToken) =>
        cache.Trees.GetOrAddAsync(Key($"image {image.Digest}"), (tree, stop) => ReadWholeAsync(async () =>
        {
            var unpacker = new ImageUnpacker(tree, limits);
            foreach (ILayer layer in image.Layers)
            {
                await LayerUnpacking.ReadTarAsync(layer, async tar =>
                {
                    await using var digesting = new DigestingStream(tar, layer.DiffId);
                    await unpacker.AddAsync(digesting, stop);
                    if (!digesting.IsExpected) throw new InvalidDataException($"unpacked a layer is not {layer.DiffId}, as the image says");
                }, stop);
            }
            return unpacker.Size;
        }), cancellationToken);

    /// <summary>A directory with some small files.</summary>
    /// <param name="key">What the files follow from.</param>
    /// <param name="files">Gives their bytes by their paths, where the directory is not there yet.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    /// <exception cref="RefusedEntryException">A path is none.</exception>
    /// <exception cref="OciException">BPT1013 or BPT1014: the cache directory is full or cannot be written; or what the files are made of cannot be had.</exception>
    public Task<string> OfFilesAsync(string key, Func<CancellationToken, Task<IReadOnlyDictionary<string, byte[]>>> files, CancellationToken cancellationToken) =>
        cache.Trees.GetOrAddAsync(Key(key), async (tree, stop) =>
        {
            // By way of a tar: what a path may be is decided in one place.
            using var tar = new MemoryStream();
            IEnumerable<LayerEntry> entries = (await files(stop)).Select(static file => LayerEntry.ForFile(file.Key, FileContent.FromBytes(file.Value)));
            await LayerTarWriter.WriteAsync(LayerContents.Create(entries), null, tar, stop);
            tar.Position = 0;
            return await new TreeUnpacker(tree, limits, "").UnpackAsync(tar, isWhole: true, stop);
        }, cancellationToken);

    private async Task<long> UnpackAsync(Stream file, string tree, CancellationToken cancellationToken)
    {
        byte[] start = new byte[2];
        int length = await file.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        var whole = new PrefixedStream(start.AsMemory(0, length), file);
        var unpacker = new TreeUnpacker(tree, limits, "");
        if (length < 2 || start is not [0x1f, 0x8b]) return await unpacker.UnpackAsync(whole, isWhole: false, cancellationToken);
        await using var gzip = new GZipStream(whole, CompressionMode.Decompress);
        return await unpacker.UnpackAsync(gzip, isWhole: false, cancellationToken);
    }

    private static async Task<long> ReadWholeAsync(Func<Task<long>> unpack)
    {
        try
        {
            return await unpack();
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException("it is cut off", e);
        }
    }

    private static FileStream Open(FileContent content, string path)
    {
        try
        {
            return (FileStream)content.OpenRead();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OciErrors.CannotReadStore(path, e.Message, e);
        }
    }

    private static Digest Key(string text) => Digest.Of(Encoding.UTF8.GetBytes($"{Format} {text}"));
}
