namespace BuildpackTasks.Oci;

/// <summary>Reads images from the files of a layout (OCI image specification, "Image Layout").</summary>
/// <param name="files">The files.</param>
internal sealed class LayoutReader(IStoredFiles files)
{
    public const string LayoutFile = "oci-layout";
    public const string IndexFile = "index.json";

    // An index in an index is in use; deeper nesting is not, and has to end somewhere.
    private const int MaxDepth = 4;
    private const int MaxEntries = 10_000;

    /// <summary>Where a blob is in a layout.</summary>
    /// <param name="digest">The blob's digest.</param>
    public static string BlobPath(Digest digest) => $"blobs/{digest.Algorithm}/{digest.Hex}";

    /// <summary>Reads the layout's index.</summary>
    /// <exception cref="OciException">BPT1202: there is no index or it is malformed.</exception>
    public async Task<LayoutIndex> ReadIndexAsync(CancellationToken cancellationToken)
    {
        StoredFile file = files.Find(IndexFile) ?? throw OciErrors.NotALayout(files.Name, $"it has no '{IndexFile}'");
        return LayoutIndex.Parse(await file.ReadAsync(files.Name, ManifestReader.MaxManifestLength, cancellationToken), files.Name);
    }

    /// <summary>Reads a manifest, an index or a config, verified.</summary>
    /// <exception cref="OciException">BPT1203, BPT1204: the blob is damaged or missing.</exception>
    public async Task<byte[]> ReadDocumentAsync(Descriptor descriptor, long maxLength, CancellationToken cancellationToken)
    {
        if (descriptor.Size > maxLength) throw OciErrors.DamagedBlob(files.Name, descriptor.Digest, $"{descriptor.Size} bytes are more than such a document may have");
        await using Stream stream = Open(descriptor);
        var bytes = new byte[descriptor.Size];
        await stream.ReadExactlyAsync(bytes, cancellationToken);
        // The end is part of what is verified, and all there is of an empty blob.
        _ = await stream.ReadAsync(new byte[1], cancellationToken);
        return bytes;
    }

    /// <summary>Reads the manifest or index that a descriptor names.</summary>
    public async Task<StoredDocument> ReadManifestAsync(Descriptor descriptor, CancellationToken cancellationToken) =>
        ManifestReader.Read(await ReadDocumentAsync(descriptor, ManifestReader.MaxManifestLength, cancellationToken), descriptor.MediaType, files.Name);

    /// <summary>Reads an image; null where the layout has none by that selector.</summary>
    public async Task<Image?> ReadAsync(string? selector, Platform platform, CancellationToken cancellationToken)
    {
        var listing = new Listing();
        IReadOnlyList<StoredIndexEntry> candidates = await SelectAsync(selector, listing, cancellationToken);
        if (candidates.Count == 0) return null;

        string name = NameOf(selector);
        var others = new List<Platform>();
        var found = new List<Descriptor>();
        foreach (StoredIndexEntry candidate in candidates)
        {
            if (await ChooseAsync(await FlattenAsync(candidate, listing, cancellationToken), platform, others, cancellationToken) is { } image && !found.Contains(image)) found.Add(image);
        }
        return found switch
        {
            [] => throw OciErrors.NoImageForPlatform(name, platform, others),
            [var first, ..] when found.Count == 1 || selector is not null => await ReadImageAsync(first, name, cancellationToken),
            _ => throw OciErrors.SeveralImages(name, candidates.Select(LayoutIndex.TagOf)),
        };
    }

    /// <summary>Reads what a tag or digest stands for, for all platforms; null where the layout has nothing by that selector.</summary>
    public async Task<TaggedImage?> ReadTaggedAsync(string? selector, CancellationToken cancellationToken)
    {
        if (await FindAsync(selector, cancellationToken) is not { } found) return null;
        string name = NameOf(selector);
        var reader = new TaggedReader(
            name,
            (descriptor, stop) => ReadDocumentAsync(descriptor, ManifestReader.MaxManifestLength, stop),
            async (bytes, manifest, stop) => ImageOf(bytes, manifest, await ReadDocumentAsync(manifest.Config, ManifestReader.MaxConfigLength, stop), name));
        return await reader.ReadAsync(await ReadDocumentAsync(found, ManifestReader.MaxManifestLength, cancellationToken), found.MediaType, cancellationToken);
    }

    /// <summary>What a tag or digest stands for, for all platforms; null where the layout has nothing by that selector.</summary>
    /// <exception cref="OciException">BPT1205: no selector and several images; BPT1244: the tag is on several.</exception>
    public async Task<Descriptor?> FindAsync(string? selector, CancellationToken cancellationToken)
    {
        IReadOnlyList<StoredIndexEntry> candidates = await SelectAsync(selector, new Listing(), cancellationToken);
        return candidates.DistinctBy(static candidate => candidate.Descriptor.Digest).ToArray() switch
        {
            [] => null,
            [var only] => only.Descriptor,
            _ => throw (selector is null ? OciErrors.SeveralImages(files.Name, candidates.Select(LayoutIndex.TagOf)) : OciErrors.TagOnSeveral(files.Name, selector)),
        };
    }

    // What has a tag, or the first that has a digest, wherever it is listed; all where neither is given.
    private async Task<IReadOnlyList<StoredIndexEntry>> SelectAsync(string? selector, Listing listing, CancellationToken cancellationToken)
    {
        IReadOnlyList<StoredIndexEntry> entries = (await ReadIndexAsync(cancellationToken)).Entries;
        if (!Digest.TryParse(selector, out Digest digest)) return [.. entries.Where(entry => selector is null || LayoutIndex.TagOf(entry) == selector)];
        foreach (StoredIndexEntry entry in entries)
        {
            if ((await FlattenAsync(entry, listing, cancellationToken)).Find(inner => inner.Descriptor.Digest == digest) is { } found) return [found];
        }
        return [];
    }

    // An entry and all that is in it where it is an index. What is listed is bounded: small indexes can list one another often.
    private async Task<List<StoredIndexEntry>> FlattenAsync(StoredIndexEntry entry, Listing listing, CancellationToken cancellationToken, int depth = 0)
    {
        if (++listing.Count > MaxEntries) throw OciErrors.NotALayout(files.Name, "its indexes list too much");
        List<StoredIndexEntry> all = [entry];
        if (!MediaTypes.IsIndex(entry.Descriptor.MediaType)) return all;
        if (depth == MaxDepth) throw OciErrors.NotALayout(files.Name, "its indexes are nested too deeply");
        if (await ReadManifestAsync(entry.Descriptor, cancellationToken) is not StoredIndex nested) throw OciErrors.NotALayout(files.Name, $"{entry.Descriptor.Digest} is not an index");
        foreach (StoredIndexEntry inner in nested.Entries) all.AddRange(await FlattenAsync(inner, listing, cancellationToken, depth + 1));
        return all;
    }

    private string NameOf(string? selector) => selector is null ? files.Name : $"{files.Name}:{selector}";

    /// <summary>The image among entries that is for a platform, the very variant first, or null where none is.</summary>
    private async Task<Descriptor?> ChooseAsync(List<StoredIndexEntry> entries, Platform platform, List<Platform> others, CancellationToken cancellationToken)
    {
        OciException? malformed = null;
        foreach (StoredIndexEntry entry in entries.Where(static entry => MediaTypes.IsManifest(entry.Descriptor.MediaType))
            .OrderBy(entry => entry.Platform is null ? 2 : entry.Platform.Variant == platform.Variant ? 0 : 1))
        {
            if (entry.Platform is { } stated && !platform.Accepts(stated))
            {
                // Attestations are listed as images for "unknown/unknown".
                if (stated.Os != "unknown") others.Add(stated);
                continue;
            }
            try
            {
                // What the index says chooses, what the config says counts.
                Platform actual = ImageConfig.Parse((await ReadImagePartsAsync(entry.Descriptor, cancellationToken)).Config, files.Name).Platform;
                if (platform.Accepts(actual)) return entry.Descriptor;
                others.Add(actual);
            }
            catch (OciException e) when (e.Code == "BPT1004")
            {
                // Signatures and other artifacts lie beside images as manifests with a config of another type.
                malformed ??= e;
            }
        }
        return malformed is null || others.Count > 0 ? null : throw malformed;
    }

    private async Task<(byte[] ManifestBytes, StoredManifest Manifest, byte[] Config)> ReadImagePartsAsync(Descriptor descriptor, CancellationToken cancellationToken)
    {
        byte[] bytes = await ReadDocumentAsync(descriptor, ManifestReader.MaxManifestLength, cancellationToken);
        if (ManifestReader.Read(bytes, descriptor.MediaType, files.Name) is not StoredManifest manifest) throw OciErrors.MalformedManifest(files.Name, $"{descriptor.Digest} is an index");
        return (bytes, manifest, await ReadDocumentAsync(manifest.Config, ManifestReader.MaxConfigLength, cancellationToken));
    }

    private async Task<Image> ReadImageAsync(Descriptor descriptor, string name, CancellationToken cancellationToken)
    {
        (byte[] bytes, StoredManifest manifest, byte[] config) = await ReadImagePartsAsync(descriptor, cancellationToken);
        return ImageOf(bytes, manifest, config, name);
    }

    private Image ImageOf(byte[] bytes, StoredManifest manifest, byte[] config, string name) =>
        Image.FromStored(bytes, manifest, config, (layer, diffId) => new StoredLayer(layer, diffId, () => Open(layer)), name);

    private VerifyingStream Open(Descriptor descriptor)
    {
        StoredFile file = files.Find(BlobPath(descriptor.Digest)) ?? throw OciErrors.MissingBlob(files.Name, descriptor.Digest);
        return file.OpenVerified(files.Name, descriptor);
    }

    private sealed class Listing
    {
        public int Count { get; set; }
    }
}
