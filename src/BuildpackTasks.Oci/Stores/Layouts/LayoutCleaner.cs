namespace BuildpackTasks.Oci;

/// <summary>Finds the blobs of a layout that nothing references any more.</summary>
/// <param name="reader">Reads the layout.</param>
internal sealed class LayoutCleaner(LayoutReader reader)
{
    private const int MaxDepth = 4;

    /// <summary>
    /// The blobs that the old index reached and the new one does not; none where the new index holds anything whose references
    /// are not known, because it could reference all of them.
    /// </summary>
    public async Task<IReadOnlySet<Digest>> FindUnreferencedAsync(LayoutIndex old, LayoutIndex current)
    {
        var kept = new HashSet<Digest>();
        if (!await ReachAsync(current.Entries, kept)) return new HashSet<Digest>();
        var reached = new HashSet<Digest>();
        await ReachAsync(old.Entries.Where(entry => !kept.Contains(entry.Descriptor.Digest)), reached);
        reached.ExceptWith(kept);
        return reached;
    }

    /// <summary>Adds what entries reach; false where that is not all.</summary>
    private async Task<bool> ReachAsync(IEnumerable<StoredIndexEntry> entries, HashSet<Digest> reached, int depth = 0)
    {
        bool all = depth <= MaxDepth;
        foreach (Descriptor descriptor in entries.Select(static entry => entry.Descriptor).Where(descriptor => reached.Add(descriptor.Digest)))
        {
            if (!all) break;
            try
            {
                switch (await reader.ReadManifestAsync(descriptor, CancellationToken.None))
                {
                    case StoredIndex nested:
                        all &= await ReachAsync(nested.Entries, reached, depth + 1);
                        break;
                    case StoredManifest manifest:
                        reached.Add(manifest.Config.Digest);
                        reached.UnionWith(manifest.Layers.Select(static layer => layer.Digest));
                        break;
                }
            }
            catch (OciException)
            {
                // What cannot be read, or is no image, may reference anything.
                all = false;
            }
        }
        return all;
    }
}
