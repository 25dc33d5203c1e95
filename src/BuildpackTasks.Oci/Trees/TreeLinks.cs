namespace BuildpackTasks.Oci;

/// <summary>What an unpacked tree has where, to see where its symbolic links lead without asking the disk.</summary>
internal sealed class TreeLinks
{
    private const int MaxHops = 40;

    private readonly HashSet<string> directories = new(StringComparer.Ordinal);
    private readonly HashSet<string> files = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> links = new(StringComparer.Ordinal);

    public void AddDirectory(string path) => directories.Add(path);

    public void AddFile(string path) => files.Add(path);

    public void AddLink(string path, string target) => links.Add(path, target);

    public bool IsDirectory(string path) => directories.Contains(path);

    public bool IsFile(string path) => files.Contains(path);

    /// <summary>The links that lead out of the tree or in a circle, each with what is wrong with it.</summary>
    public IEnumerable<(string Link, string Reason)> LinksOut()
    {
        foreach ((string link, string target) in links)
        {
            if (Problem(link) is { } reason) yield return (link, $"is a link to '{Quoted.OneLine(target)}', which leads {reason}");
        }
    }

    // As the kernel follows it: a ".." after a link starts at what the link led to, and what is not there ends the way.
    private string? Problem(string link)
    {
        var left = new Stack<string>(link.Split('/').Reverse());
        var at = new List<string>();
        int hops = 0;
        while (left.TryPop(out string? part))
        {
            if (part is "" or ".") continue;
            if (part == "..")
            {
                if (at.Count == 0) return "out of it";
                at.RemoveAt(at.Count - 1);
                continue;
            }
            at.Add(part);
            if (!links.TryGetValue(string.Join('/', at), out string? target)) continue;
            if (target.StartsWith('/')) return "out of it";
            if (++hops > MaxHops) return "in a circle";
            at.RemoveAt(at.Count - 1);
            foreach (string step in target.Split('/').Reverse()) left.Push(step);
        }
        return null;
    }
}
