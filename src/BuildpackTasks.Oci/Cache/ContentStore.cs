namespace BuildpackTasks.Oci;

/// <summary>
/// Blobs on disk by digest: <c>blobs/ALGORITHM/HEX</c>. A blob appears whole, by a rename within the file system, so that
/// concurrent processes and a kill at any moment leave nothing half-written under a digest's name.
/// </summary>
public sealed class ContentStore
{
    private readonly CacheDirectory directory;

    internal ContentStore(CacheDirectory directory) => this.directory = directory;

    /// <summary>The absolute path of a blob, or null where it is not there. Asking counts as using it.</summary>
    /// <param name="digest">The blob's digest.</param>
    public string? PathOf(Digest digest)
    {
        string path = BlobPath(digest);
        if (!File.Exists(path)) return null;
        directory.Touch(path);
        return path;
    }

    /// <summary>Reads a blob and verifies it.</summary>
    /// <param name="digest">The blob's digest.</param>
    /// <param name="maxLength">How many bytes it may have at most; a longer one counts as not there.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The bytes, or null where there is no such blob. One that was damaged is removed and counts as not there.</returns>
    public Task<byte[]?> TryReadAsync(Digest digest, long maxLength, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(TryRead(digest, maxLength));
    }

    private byte[]? TryRead(Digest digest, long maxLength)
    {
        string path = BlobPath(digest);
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
            long length = file.Length;
            if (length > maxLength) return null;
            byte[] bytes = new byte[length];
            file.ReadExactly(bytes);
            if (!digest.IsOf(bytes))
            {
                CacheDirectory.TryDelete(path);
                directory.Note($"The file '{path}' of the layer cache was damaged; it has been removed, and its content is fetched or made again.");
                return null;
            }
            directory.Touch(path);
            return bytes;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or EndOfStreamException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OciErrors.UnreadableCache(directory.Path, e);
        }
    }

    /// <summary>Adds a blob.</summary>
    /// <param name="write">Writes its bytes.</param>
    /// <param name="expected">The digest that they must have, or null where that is not known before.</param>
    /// <param name="cancellationToken">Stops the writing; nothing is added then.</param>
    /// <returns>The blob's digest.</returns>
    /// <exception cref="OciException">
    /// BPT1010: the bytes have another digest. BPT1013 or BPT1014: the cache directory is full or cannot be written.
    /// </exception>
    public async Task<Digest> AddAsync(Func<Stream, CancellationToken, Task> write, Digest? expected, CancellationToken cancellationToken)
    {
        string temporary = directory.NewTemporaryPath();
        try
        {
            Digest digest;
            await using (var stream = new CacheWriteStream(directory, temporary, expected?.Algorithm ?? "sha256"))
            {
                await write(stream, cancellationToken);
                digest = await stream.FinishAsync(cancellationToken);
            }
            if (expected is not null && digest != expected) throw OciErrors.ContentMismatch(expected.Value, digest);
            cancellationToken.ThrowIfCancellationRequested();
            directory.Publish(temporary, BlobPath(digest));
            return digest;
        }
        catch
        {
            CacheDirectory.TryDelete(temporary);
            throw;
        }
    }

    /// <summary>Opens a blob so that whoever reads it to the end has had it verified; a damaged one is removed.</summary>
    /// <exception cref="OciException">BPT1015: the blob is not there any more.</exception>
    internal Stream Open(Descriptor descriptor)
    {
        Digest digest = descriptor.Digest;
        string path = BlobPath(digest);
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
            directory.Touch(path);
            return new VerifyingStream(file, descriptor, () => Damaged(path, digest, null), cause => Damaged(path, digest, cause));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OciErrors.MissingFromCache(digest, directory.Path, e);
        }
    }

    /// <summary>Whether a blob is there with this length.</summary>
    internal bool Has(Digest digest, long size) => new FileInfo(BlobPath(digest)) is { Exists: true } file && file.Length == size;

    /// <summary>Reads the blobs among some files; those that are damaged are removed.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="OciException">BPT1017: one was damaged.</exception>
    internal async Task VerifyAsync(IEnumerable<string> paths, CancellationToken cancellationToken)
    {
        OciException? damaged = null;
        foreach (string path in paths)
        {
            string algorithm = System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(path)) ?? "";
            if (!Digest.TryParse($"{algorithm}:{System.IO.Path.GetFileName(path)}", out Digest digest) || path != BlobPath(digest)) continue;
            if (new FileInfo(path) is not { Exists: true, Length: var length }) continue;
            try
            {
                await using Stream blob = Open(new Descriptor(MediaTypes.OciLayer, digest, length));
                await blob.CopyToAsync(Stream.Null, cancellationToken);
            }
            catch (OciException e) when (e.Code == OciErrors.DamagedInCacheCode)
            {
                damaged ??= e;
            }
        }
        if (damaged is not null) throw damaged;
    }

    private static OciException Damaged(string path, Digest digest, Exception? cause)
    {
        CacheDirectory.TryDelete(path);
        return OciErrors.DamagedInCache(path, digest, cause);
    }

    internal string BlobPath(Digest digest) => System.IO.Path.Combine(directory.Path, "blobs", digest.Algorithm, digest.Hex);
}
