namespace BuildpackTasks.Oci;

/// <summary>
/// The paths of an image as far as its layers were read, from the top down (OCI image specification, "Image Layer Filesystem
/// Changeset", "Whiteouts"). What an upper layer has or removed hides what lower ones have.
/// </summary>
internal sealed class ImageTree
{
    private const int MaxEntries = 1_000_000;
    private const int MaxLinks = 40;
    private const string Whiteout = ".wh.";
    private const string OpaqueWhiteout = ".wh..wh..opq";

    private readonly Dictionary<string, ImageNode> nodes = new(StringComparer.Ordinal);
    private readonly HashSet<string> impliedDirectories = new(StringComparer.Ordinal);
    private readonly HashSet<string> removed = new(StringComparer.Ordinal);
    private readonly HashSet<string> opaque = new(StringComparer.Ordinal);

    /// <summary>Whether the lowest layer was read, so that what is not there is nowhere.</summary>
    public bool IsComplete { get; set; }

    /// <summary>Whether a path of the layers below cannot be seen.</summary>
    public bool IsHidden(string path)
    {
        if (removed.Contains(path) || (nodes.TryGetValue(path, out ImageNode? node) && node.Type != TarEntryKind.Directory)) return true;
        for (string parent = Parent(path); ; parent = Parent(parent))
        {
            if (removed.Contains(parent) || opaque.Contains(parent)) return true;
            if (parent.Length == 0) return false;
            if (nodes.TryGetValue(parent, out node) && node.Type != TarEntryKind.Directory) return true;
        }
    }

    /// <summary>Adds the layer below those that were added before. Of equal paths in it the last counts.</summary>
    /// <exception cref="InvalidDataException">There are more paths than any image has.</exception>
    public void AddBelow(int layer, IReadOnlyDictionary<string, TarEntry> entries)
    {
        var added = new List<KeyValuePair<string, ImageNode>>();
        // What the layer removes is removed from the layers below it, not from itself: those marks come last.
        foreach ((string path, TarEntry entry) in entries)
        {
            if (path.Length == 0 || IsMark(path) || nodes.ContainsKey(path) || IsHidden(path)) continue;
            if (impliedDirectories.Contains(path) && entry.Type != TarEntryKind.Directory) continue;
            if (added.Count + nodes.Count >= MaxEntries) throw new InvalidDataException($"the image has more than {MaxEntries} paths");
            added.Add(KeyValuePair.Create(path, NodeOf(layer, entry, entries)));
        }
        foreach ((string path, ImageNode node) in added)
        {
            nodes.Add(path, node);
            for (string parent = Parent(path); parent.Length > 0 && impliedDirectories.Add(parent);) parent = Parent(parent);
        }
        foreach (string path in entries.Keys.Where(IsMark))
        {
            string name = path[(path.LastIndexOf('/') + 1)..];
            if (name == OpaqueWhiteout) opaque.Add(Parent(path));
            else removed.Add(Joined(Parent(path), name[Whiteout.Length..]));
        }
    }

    /// <summary>Follows a path through the image; links cannot lead out of it.</summary>
    public ImageLookup Find(string path)
    {
        var left = new Stack<string>(path.Split('/').Reverse());
        string current = "";
        int links = 0;
        while (left.TryPop(out string? part))
        {
            if (part is "" or ".") continue;
            if (part == "..")
            {
                current = Parent(current);
                continue;
            }
            string next = Joined(current, part);
            if (nodes.TryGetValue(next, out ImageNode? node))
            {
                switch (node.Type)
                {
                    case TarEntryKind.Directory:
                        current = next;
                        continue;
                    case TarEntryKind.SymbolicLink or TarEntryKind.HardLink when ++links <= MaxLinks && node.LinkTarget.Length <= 4096:
                        if (node.Type == TarEntryKind.HardLink || node.LinkTarget.StartsWith('/')) current = "";
                        foreach (string step in node.LinkTarget.Split('/').Reverse()) left.Push(step);
                        continue;
                    case TarEntryKind.File when left.Count == 0:
                        return new ImageLookup.File(node);
                    default:
                        return ImageLookup.Absent;
                }
            }
            if (impliedDirectories.Contains(next)) current = next;
            else if (IsComplete || IsHidden(next)) return ImageLookup.Absent;
            else return new ImageLookup.Unknown(string.Join('/', left.Where(static step => step is not ("" or ".")).Prepend(next)));
        }
        return IsComplete || opaque.Contains(current) || IsHidden(current + "/.") ? new ImageLookup.Directory(current) : new ImageLookup.Unknown(current);
    }

    /// <summary>The files and links below a directory, by their path relative to it.</summary>
    public IEnumerable<KeyValuePair<string, ImageNode>> Below(string directory)
    {
        string prefix = directory.Length == 0 ? "" : directory + "/";
        return nodes.Where(node => node.Value.Type != TarEntryKind.Directory && node.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(node => KeyValuePair.Create(node.Key[prefix.Length..], node.Value));
    }

    private static ImageNode NodeOf(int layer, TarEntry entry, IReadOnlyDictionary<string, TarEntry> entries)
    {
        // A hard link's target is a path of the same archive; only where it is not there a lower layer's file is meant.
        TarEntry target = entry;
        for (int links = 0; target.Type == TarEntryKind.HardLink && links < MaxLinks; links++)
        {
            if (!entries.TryGetValue(target.LinkTarget, out TarEntry found)) break;
            target = found;
        }
        return target.Type == TarEntryKind.File ? new ImageNode(TarEntryKind.File, "", layer, target.Path) : new ImageNode(entry.Type, entry.LinkTarget, layer, entry.Path);
    }

    private static bool IsMark(string path) => path[(path.LastIndexOf('/') + 1)..].StartsWith(Whiteout, StringComparison.Ordinal);

    private static string Parent(string path) => path.LastIndexOf('/') is > 0 and int slash ? path[..slash] : "";

    private static string Joined(string parent, string name) => parent.Length == 0 ? name : $"{parent}/{name}";
}
