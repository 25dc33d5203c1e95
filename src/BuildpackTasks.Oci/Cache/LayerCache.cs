namespace BuildpackTasks.Oci;

/// <summary>
/// The layers that were made before, by what they were made from. A layer that is known is not written, compressed or hashed
/// again. Safe for concurrent processes and for a kill at any moment.
/// </summary>
public sealed class LayerCache
{
    private readonly CacheDirectory directory;
    private readonly FileDigests files;
    private readonly long maxSize;
    private readonly ILayerIndex? first;
    private readonly ILayerIndex? last;

    /// <summary>A cache in a directory, which is made when something is written to it.</summary>
    /// <param name="directory">The directory's absolute path.</param>
    /// <param name="maxSize">How many bytes <see cref="TrimAsync"/> leaves in it.</param>
    /// <param name="time">The clock that tells which content was used last; the system's where null.</param>
    /// <param name="note">Told, in a sentence, of what was damaged in it and is found out or made again; null where nobody asks.</param>
    public LayerCache(string directory, long maxSize, TimeProvider? time = null, Action<string>? note = null)
    {
        this.directory = new CacheDirectory(directory, time ?? TimeProvider.System, note);
        this.maxSize = maxSize;
        files = new FileDigests(this.directory);
        Content = new ContentStore(this.directory);
        Records = new RecordStore(this.directory);
        Trees = new TreeStore(this.directory);
    }

    private LayerCache(LayerCache other, ILayerIndex? first, ILayerIndex? last)
    {
        (directory, maxSize, files, Content, Records, Trees) = (other.directory, other.maxSize, other.files, other.Content, other.Records, other.Trees);
        (this.first, this.last) = (first, last);
    }

    /// <summary>Blobs by digest: the layers' and others'.</summary>
    public ContentStore Content { get; }

    /// <summary>Small things that were found out before, such as what a package index was resolved to.</summary>
    public RecordStore Records { get; }

    /// <summary>Directories that were unpacked from something.</summary>
    public TreeStore Trees { get; }

    /// <summary>This cache, with layers that are known elsewhere.</summary>
    /// <param name="first">Is asked before this machine's directory: what it knows is where the image goes already. Null for nothing.</param>
    /// <param name="last">Is asked after it. Null for nothing.</param>
    public LayerCache Knowing(ILayerIndex? first, ILayerIndex? last) => new(this, first, last);

    /// <summary>This cache without what is shared with others: for layers that no other build will have.</summary>
    public LayerCache Unshared => last is null ? this : new LayerCache(this, first, null);

    /// <summary>The digest of a file's bytes. That of a file on disk is computed once and remembered until the file changes.</summary>
    /// <param name="content">The file.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="OciException">BPT1012: the file cannot be read.</exception>
    public Task<Digest> DigestOfAsync(FileContent content, CancellationToken cancellationToken) =>
        Task.FromResult(files.Of(content, content.SourcePath ?? "content", cancellationToken));

    /// <summary>The layer that was made of a fingerprint, or null where none is known or its bytes are gone.</summary>
    /// <param name="fingerprint">The fingerprint.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<KnownLayer?> FindAsync(Digest fingerprint, CancellationToken cancellationToken) =>
        (first is null ? null : await first.FindAsync(fingerprint, cancellationToken))
            ?? await FindHereAsync(fingerprint, cancellationToken)
            ?? (last is null ? null : await last.FindAsync(fingerprint, cancellationToken));

    /// <summary>The layer with these contents: the one that is known, or one made now.</summary>
    /// <param name="contents">What the layer holds.</param>
    /// <param name="compression">How it is compressed.</param>
    /// <param name="cancellationToken">Stops the writing; nothing is added then.</param>
    /// <exception cref="OciException">
    /// BPT1011 or BPT1012: a file changed meanwhile or cannot be read. BPT1013 or BPT1014: the cache directory is full or cannot
    /// be written. BPT1017: what the cache itself has of the contents was damaged and is removed.
    /// </exception>
    public async Task<KnownLayer> GetOrCreateAsync(LayerContents contents, LayerCompression compression, CancellationToken cancellationToken)
    {
        IReadOnlyList<Digest?> digests = await DigestsAsync(contents, cancellationToken);
        Digest fingerprint = LayerFingerprint.Compute(contents, digests, compression);
        return await FindAsync(fingerprint, cancellationToken) is { } known
            ? OrMade(known, token => CreateAsync(fingerprint, contents, digests, compression, token))
            : await CreateAsync(fingerprint, contents, digests, compression, cancellationToken);
    }

    /// <summary>The layer with a fingerprint that the caller computed from what decides the contents, or one made now.</summary>
    /// <param name="fingerprint">The fingerprint; equal ones must stand for equal contents, compressed equally.</param>
    /// <param name="contents">
    /// Gives what the layer holds; called only where the layer is not known, or where the registry has lost it that was said to have
    /// it, and once more where what the cache itself had of the contents was damaged and is removed.
    /// </param>
    /// <param name="compression">How it is compressed.</param>
    /// <param name="cancellationToken">Stops the writing; nothing is added then.</param>
    /// <exception cref="OciException">As for the other overload.</exception>
    public async Task<KnownLayer> GetOrCreateAsync(Digest fingerprint, Func<CancellationToken, Task<LayerContents>> contents, LayerCompression compression, CancellationToken cancellationToken) =>
        await FindAsync(fingerprint, cancellationToken) is { } known
            ? OrMade(known, token => CreateAsync(fingerprint, contents, compression, token))
            : await CreateAsync(fingerprint, contents, compression, cancellationToken);

    /// <summary>Says of something in the cache that it was damaged and what came of it.</summary>
    /// <param name="sentence">A sentence.</param>
    public void Note(string sentence) => directory.Note(sentence);

    /// <summary>Removes what was used least recently until the rest has the size that the cache may have.</summary>
    /// <param name="cancellationToken">Stops the removing.</param>
    public Task TrimAsync(CancellationToken cancellationToken) => new CacheTrimmer(directory, maxSize).TrimAsync(cancellationToken);

    private static KnownLayer OrMade(KnownLayer known, Func<CancellationToken, Task<KnownLayer>> make) =>
        known.Source is null ? known : new KnownLayer(known.Fingerprint, known.Origin, new ReplaceableLayer(known, make));

    private async Task<KnownLayer> CreateAsync(Digest fingerprint, Func<CancellationToken, Task<LayerContents>> contents, LayerCompression compression, CancellationToken cancellationToken)
    {
        try
        {
            return await CreateAsync(fingerprint, await contents(cancellationToken), null, compression, cancellationToken);
        }
        catch (OciException e) when (e.Code == OciErrors.DamagedInCacheCode)
        {
            directory.Note("A file of the layer cache that a layer is made of was damaged; it has been removed and is fetched or made again.");
            return await CreateAsync(fingerprint, await contents(cancellationToken), null, compression, cancellationToken);
        }
    }

    private async Task<KnownLayer?> FindHereAsync(Digest fingerprint, CancellationToken cancellationToken)
    {
        LayerRecord? record = LayerRecord.TryParse(await Records.TryReadAsync(fingerprint, LayerRecord.MaxLength, cancellationToken));
        if (record is null) return null;
        if (!Content.Has(record.Descriptor.Digest, record.Descriptor.Size))
        {
            // What was trimmed is gone; what has another length was damaged.
            if (Content.PathOf(record.Descriptor.Digest) is { } damaged) directory.Note($"The file '{damaged}' of the layer cache was damaged; the layer in it is made again.");
            return null;
        }
        directory.Touch(Content.BlobPath(record.Descriptor.Digest));
        return new KnownLayer(fingerprint, LayerOrigin.Cache, new ContentLayer(Content, record.Descriptor, record.DiffId));
    }

    private async Task<KnownLayer> CreateAsync(Digest fingerprint, LayerContents contents, IReadOnlyList<Digest?>? digests, LayerCompression compression, CancellationToken cancellationToken)
    {
        Digest diffId = default;
        long size = 0;
        Digest digest = await Content.AddAsync(
            async (stream, token) =>
            {
                await using var gzip = new ParallelGzipStream(stream, Environment.ProcessorCount, compression);
                await WriteAsync(contents, digests, gzip, token);
                diffId = await gzip.FinishAsync(token);
                size = stream.Length;
            },
            expected: null,
            cancellationToken);
        var record = new LayerRecord(diffId, new Descriptor(MediaTypes.OciLayerGzip, digest, size));
        await Records.WriteAsync(fingerprint, record.ToBytes(), cancellationToken);
        return new KnownLayer(fingerprint, LayerOrigin.Created, new ContentLayer(Content, record.Descriptor, record.DiffId));
    }

    // A file that is a part of the cache's own content has not changed when its bytes have: they are damaged.
    private async Task WriteAsync(LayerContents contents, IReadOnlyList<Digest?>? digests, Stream output, CancellationToken cancellationToken)
    {
        try
        {
            await LayerTarWriter.WriteAsync(contents, digests, output, cancellationToken);
        }
        catch (OciException e) when (e.Code == OciErrors.ChangedWhileReadCode)
        {
            await Content.VerifyAsync(contents.Entries.Select(static entry => entry.Content?.PartOf?.Path).OfType<string>().Distinct(StringComparer.Ordinal), cancellationToken);
            throw;
        }
    }

    private async Task<IReadOnlyList<Digest?>> DigestsAsync(LayerContents contents, CancellationToken cancellationToken)
    {
        var digests = new Digest?[contents.Entries.Count];
        var unknown = new List<int>();
        for (int i = 0; i < digests.Length; i++)
        {
            if (contents.Entries[i].Content is { } content && (digests[i] = files.TryFind(content)) is null) unknown.Add(i);
        }
        if (unknown.Count > 0) await Parallel.ForEachAsync(unknown, cancellationToken, (i, token) =>
        {
            LayerEntry entry = contents.Entries[i];
            digests[i] = files.Of(entry.Content!, entry.Path, token);
            return ValueTask.CompletedTask;
        });
        await files.SaveAsync(cancellationToken);
        return digests;
    }
}
