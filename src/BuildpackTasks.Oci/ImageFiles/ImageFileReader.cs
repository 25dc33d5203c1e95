namespace BuildpackTasks.Oci;

/// <summary>One reading of files out of an image's layers.</summary>
internal sealed class ImageFileReader(IReadOnlyList<ILayer> layers, IReadOnlyList<string> requests, long maxBytes)
{
    // No layer that anybody runs is larger, and a stranger's archive of zeros is.
    private const long MaxLayerLength = 64L << 30;

    // Enough for the links of any distribution; more of them only cost another reading.
    private const int MaxAhead = 256;

    // In characters, over all paths of a layer: some ten times what the largest images have.
    private const long MaxNames = 1L << 27;

    private readonly ImageTree tree = new();
    private readonly Dictionary<(int Layer, string Path), byte[]> contents = [];
    private long length;

    public async Task<IReadOnlyDictionary<string, byte[]>> ReadAsync(CancellationToken cancellationToken)
    {
        for (int layer = layers.Count - 1; layer >= 0; layer--)
        {
            var unknown = new HashSet<string>(StringComparer.Ordinal);
            _ = Find(unknown);
            if (unknown.Count == 0) break;
            await ReadLayerAsync(layer, unknown, cancellationToken);
        }

        var all = new HashSet<string>(StringComparer.Ordinal);
        Dictionary<string, ImageNode> found = Find(all);
        if (all.Count > 0)
        {
            tree.IsComplete = true;
            found = Find(all);
        }

        // What a link led to may be in a layer that was read before the link was seen.
        foreach (IGrouping<int, string> missing in found.Values.Where(node => !contents.ContainsKey((node.Layer, node.ContentPath)))
            .Select(static node => (node.Layer, node.ContentPath)).Distinct().GroupBy(static node => node.Layer, static node => node.ContentPath))
        {
            await CaptureAsync(missing.Key, missing.ToHashSet(StringComparer.Ordinal), cancellationToken);
        }
        return new SortedDictionary<string, byte[]>(
            found.ToDictionary(static file => file.Key, file => contents[(file.Value.Layer, file.Value.ContentPath)]), StringComparer.Ordinal);
    }

    // The files that are known, by the path that they were asked for with; adds the paths that lower layers decide.
    private Dictionary<string, ImageNode> Find(HashSet<string> unknown)
    {
        var found = new Dictionary<string, ImageNode>(StringComparer.Ordinal);
        foreach (string request in requests)
        {
            switch (tree.Find(request))
            {
                case ImageLookup.File file:
                    found[request] = file.Node;
                    break;
                case ImageLookup.Unknown { Path: var path }:
                    unknown.Add(path);
                    break;
                case ImageLookup.Directory { Path: var directory }:
                    foreach ((string relative, _) in tree.Below(directory))
                    {
                        string name = request.Length == 0 ? relative : $"{request}/{relative}";
                        ImageLookup lookup = tree.Find(directory.Length == 0 ? relative : $"{directory}/{relative}");
                        if (lookup is ImageLookup.File { Node: var node }) found[name] = node;
                        else if (lookup is ImageLookup.Unknown { Path: var target }) unknown.Add(target);
                    }
                    break;
            }
        }
        return found;
    }

    private Task ReadLayerAsync(int layer, HashSet<string> wanted, CancellationToken cancellationToken) => InLayerAsync(layer, async tar =>
    {
        var entries = new Dictionary<string, TarEntry>(StringComparer.Ordinal);
        int atMost = wanted.Count + MaxAhead;
        long names = 0;
        while (await tar.ReadNextAsync(cancellationToken) is { } entry)
        {
            names += 64 + entry.Path.Length + entry.LinkTarget.Length;
            if (names > MaxNames) throw new InvalidDataException("it has more paths than any image");
            entries[entry.Path] = entry;
            if (entry.Type == TarEntryKind.SymbolicLink) FollowAhead(entry, wanted, atMost);
            else if (entry.Type == TarEntryKind.File && IsWanted(entry.Path, wanted) && !tree.IsHidden(entry.Path)) await KeepAsync(layer, entry, tar, cancellationToken);
        }
        tree.AddBelow(layer, entries);
    }, cancellationToken);

    private Task CaptureAsync(int layer, HashSet<string> paths, CancellationToken cancellationToken) => InLayerAsync(layer, async tar =>
    {
        while (await tar.ReadNextAsync(cancellationToken) is { } entry)
        {
            if (entry.Type == TarEntryKind.File && paths.Contains(entry.Path)) await KeepAsync(layer, entry, tar, cancellationToken);
        }
    }, cancellationToken);

    private async Task InLayerAsync(int layer, Func<LayerTarReader, Task> read, CancellationToken cancellationToken)
    {
        Digest digest = layers[layer].Descriptor.Digest, diffId = layers[layer].DiffId;
        try
        {
            await LayerUnpacking.ReadTarAsync(layers[layer], async stream =>
            {
                // What is read is remembered by diff IDs, and an image can claim those of layers that it does not have.
                await using var digesting = new DigestingStream(stream, diffId);
                var tar = new LayerTarReader(digesting, MaxLayerLength);
                await read(tar);
                await tar.DrainAsync(cancellationToken);
                if (!digesting.IsExpected) throw new InvalidDataException($"unpacked it is not {diffId}, as its image says");
            }, cancellationToken);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw OciErrors.NotALayer(digest, e);
        }
    }

    private async Task KeepAsync(int layer, TarEntry entry, LayerTarReader tar, CancellationToken cancellationToken)
    {
        if (contents.Remove((layer, entry.Path), out byte[]? earlier)) length -= earlier.Length;
        if (entry.Size > maxBytes - length) throw OciErrors.ImageFilesTooLarge(entry.Path, maxBytes);
        byte[] content = await tar.ReadContentAsync(maxBytes, cancellationToken);
        contents[(layer, entry.Path)] = content;
        length += content.Length;
    }

    // A link on the way to something wanted: what it leads to mostly comes later in the same archive.
    private static void FollowAhead(TarEntry link, HashSet<string> wanted, int atMost)
    {
        foreach (string path in wanted.Where(path => path == link.Path || path.StartsWith(link.Path + "/", StringComparison.Ordinal)).ToArray())
        {
            if (wanted.Count >= atMost) return;
            string directory = link.LinkTarget.StartsWith('/') || !link.Path.Contains('/', StringComparison.Ordinal) ? "" : link.Path[..link.Path.LastIndexOf('/')];
            var parts = new List<string>();
            foreach (string part in $"{directory}/{link.LinkTarget}/{path[link.Path.Length..]}".Split('/'))
            {
                if (part == ".." && parts.Count > 0) parts.RemoveAt(parts.Count - 1);
                else if (part is not ("" or "." or "..")) parts.Add(part);
            }
            wanted.Add(string.Join('/', parts));
        }
    }

    private static bool IsWanted(string path, HashSet<string> wanted)
    {
        for (string? prefix = path; prefix is not null; prefix = prefix.LastIndexOf('/') is > 0 and int slash ? prefix[..slash] : null)
        {
            if (wanted.Contains(prefix)) return true;
        }
        return wanted.Contains("");
    }
}
