namespace BuildpackTasks.Oci;

/// <summary>
/// All that a layer holds: entries sorted by path, each path once, every parent directory there. Equal contents give equal
/// bytes.
/// </summary>
public sealed class LayerContents
{
    private LayerContents(IReadOnlyList<LayerEntry> entries) => Entries = entries;

    /// <summary>The entries, sorted by path in ordinal order, so that a directory comes before what is in it.</summary>
    public IReadOnlyList<LayerEntry> Entries { get; }

    /// <summary>Whether there is nothing in it but directories that only lead somewhere.</summary>
    public bool IsEmpty => Entries.Count == 0;

    /// <summary>Sorts entries and adds the parent directories that are missing, owned by root with mode 0755.</summary>
    /// <param name="entries">The entries, in any order.</param>
    /// <exception cref="OciException">
    /// BPT1005: a path is absolute, leads out of the image, is not normalized, is there twice, or is a file and a directory at once.
    /// </exception>
    public static LayerContents Create(IEnumerable<LayerEntry> entries)
    {
        var byPath = new SortedDictionary<string, LayerEntry>(StringComparer.Ordinal);
        foreach (LayerEntry entry in entries)
        {
            if (!IsNormalized(entry.Path)) throw OciErrors.BadLayerPath(entry.Path, "is not a plain path relative to the image's root");
            if (!byPath.TryAdd(entry.Path, entry)) throw OciErrors.BadLayerPath(entry.Path, "is there twice");
        }

        foreach (string path in byPath.Keys.ToArray())
        {
            for (string? parent = Parent(path); parent is not null; parent = Parent(parent))
            {
                if (!byPath.TryGetValue(parent, out LayerEntry? present)) byPath.Add(parent, LayerEntry.ForDirectory(parent));
                else if (present.Type == LayerEntryType.Directory) break;
                else throw OciErrors.BadLayerPath(path, $"is below '{parent}', which is not a directory");
            }
        }
        return new LayerContents([.. byPath.Values]);
    }

    private static string? Parent(string path) => path.LastIndexOf('/') is > 0 and int slash ? path[..slash] : null;

    private static bool IsNormalized(string path) =>
        path.Length > 0 && !path.Contains('\0', StringComparison.Ordinal) && path.Split('/').All(static part => part is not ("" or "." or ".."));
}
