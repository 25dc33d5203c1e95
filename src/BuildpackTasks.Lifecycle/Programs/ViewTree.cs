namespace BuildpackTasks.Lifecycle;

/// <summary>
/// The tree of a view: what is mounted where, and the directories, files and links that have to be there for it. All that is
/// mounted read-only is never written to, so that a place which it does not have is made by mounting its parts one by one.
/// </summary>
internal sealed class ViewTree
{
    // Every entry of a directory that is taken apart is a mount; a directory of thousands is no place for an app.
    private const int MaxParts = 512;
    private const int MaxLinks = 40;

    private readonly List<ViewMount> mounts = [];
    private readonly SortedSet<string> directories = new(StringComparer.Ordinal);
    private readonly SortedSet<string> files = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> links = new(StringComparer.Ordinal);

    /// <summary>The mounts, in the order in which they are made.</summary>
    public IReadOnlyList<ViewMount> Mounts => mounts;

    /// <summary>The links that the view has by itself.</summary>
    public IEnumerable<ViewLink> Links => links.Select(static link => new ViewLink(link.Key, link.Value));

    /// <summary>Adds a directory of the view's own.</summary>
    public void AddDirectory(string path)
    {
        for (string current = path; current.Length > 1; current = Parent(current)) directories.Add(current);
    }

    /// <summary>Adds a link.</summary>
    public void AddLink(string path, string target)
    {
        AddDirectory(Parent(path));
        links[path] = target;
    }

    /// <summary>Adds a file or directory of the system that the view is based on, as it is: a link stays one.</summary>
    public void AddSystem(string source, string target)
    {
        if (new FileInfo(source).LinkTarget is { } link) AddLink(target, link);
        else if (Directory.Exists(source) || IsRegularFile(source)) Mount(ViewMountKind.System, source, target);
    }

    /// <summary>Whether something can be mounted at a path without taking a place from anything else.</summary>
    public bool TryMount(ViewMountKind kind, string source, string target)
    {
        while (true)
        {
            if (links.ContainsKey(target) || Ancestors(target).Any(links.ContainsKey)) return false;
            int index = mounts.FindLastIndex(mount => IsBelow(target, mount.Target));
            if (index < 0) break;
            ViewMount parent = mounts[index];
            if (parent.Kind is ViewMountKind.Scratch || (parent.Kind is ViewMountKind.Empty && Directory.Exists(parent.Source)))
            {
                Directory.CreateDirectory(parent.Source + target[parent.Target.Length..]);
                mounts.Add(new ViewMount(kind, source, target));
                return true;
            }
            bool? there = IsThere(parent.Source, target[parent.Target.Length..], isDirectory: Directory.Exists(source));
            if (there == true)
            {
                mounts.Add(new ViewMount(kind, source, target));
                return true;
            }
            // What is to be hidden is gone by now.
            if (kind == ViewMountKind.Empty) return false;
            if (there is null || parent.Kind != ViewMountKind.System || !TryTakeApart(index)) return false;
        }
        Mount(kind, source, target);
        return true;
    }

    /// <summary>Mounts something where the view has no other place: an entry of its own is made for it.</summary>
    public void Mount(ViewMountKind kind, string source, string target)
    {
        AddDirectory(Parent(target));
        if (kind is ViewMountKind.Processes || Directory.Exists(source)) directories.Add(target);
        else if (kind is not ViewMountKind.KernelSettings) files.Add(target);
        mounts.Add(new ViewMount(kind, source, target));
    }

    /// <summary>Where a path of the view is on this machine, links followed, or null where there is nothing.</summary>
    public string? Find(string path)
    {
        var left = new Stack<string>(path.Split('/').Reverse());
        string current = "";
        for (int followed = 0; left.TryPop(out string? part);)
        {
            if (part is "" or ".") continue;
            if (part == "..")
            {
                current = Parent(current.Length == 0 ? "/" : current).TrimEnd('/');
                continue;
            }
            string next = $"{current}/{part}";
            string? link = links.GetValueOrDefault(next) ?? (SourceOf(next) is { } source ? new FileInfo(source).LinkTarget : null);
            if (link is null)
            {
                current = next;
                continue;
            }
            if (++followed > MaxLinks) return null;
            if (link.StartsWith('/')) current = "";
            foreach (string step in link.Split('/').Reverse()) left.Push(step);
        }
        return SourceOf(current.Length == 0 ? "/" : current) is { } found && Path.Exists(found) ? found : null;
    }

    /// <summary>Writes the directories, files and links below a directory that becomes the root.</summary>
    public void WriteTo(string root)
    {
        Directory.CreateDirectory(root);
        foreach (string directory in directories) Directory.CreateDirectory(root + directory);
        foreach (string file in files) File.Create(root + file).Dispose();
        foreach ((string path, string target) in links) File.CreateSymbolicLink(root + path, target);
    }

    private string? SourceOf(string path) =>
        mounts.FindLastIndex(mount => mount.Target == path || IsBelow(path, mount.Target)) is >= 0 and int index
            ? mounts[index].Source + path[mounts[index].Target.Length..]
            : null;

    // Null where something else is there, or a link is on the way.
    private static bool? IsThere(string source, string rest, bool isDirectory)
    {
        string current = source;
        string[] parts = rest.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < parts.Length; i++)
        {
            current = $"{current}/{parts[i]}";
            var info = new FileInfo(current);
            if (info.LinkTarget is not null) return null;
            bool directory = Directory.Exists(current);
            if (!directory && !info.Exists) return false;
            if (directory != (isDirectory || i < parts.Length - 1)) return null;
        }
        return true;
    }

    private bool TryTakeApart(int index)
    {
        ViewMount whole = mounts[index];
        FileSystemInfo[] parts = [.. new DirectoryInfo(whole.Source).EnumerateFileSystemInfos().OrderBy(static part => part.Name, StringComparer.Ordinal).Take(MaxParts + 1)];
        if (parts.Length > MaxParts) return false;
        mounts.RemoveAt(index);
        AddDirectory(whole.Target);
        int at = index;
        foreach (FileSystemInfo part in parts)
        {
            int before = mounts.Count;
            AddSystem($"{whole.Source}/{part.Name}", $"{whole.Target}/{part.Name}");
            if (mounts.Count == before) continue;
            // In the place of the whole: what is mounted over it comes later.
            ViewMount added = mounts[before];
            mounts.RemoveAt(before);
            mounts.Insert(at++, added);
        }
        return true;
    }

    private static bool IsRegularFile(string path) =>
        new FileInfo(path) is { Exists: true } file && (file.Attributes & FileAttributes.Device) == 0;

    private static IEnumerable<string> Ancestors(string path)
    {
        for (string parent = Parent(path); parent.Length > 1; parent = Parent(parent)) yield return parent;
    }

    private static bool IsBelow(string path, string directory) =>
        path.Length > directory.Length && path.StartsWith(directory, StringComparison.Ordinal) && path[directory.Length] == '/';

    private static string Parent(string path) => path.LastIndexOf('/') is > 0 and int slash ? path[..slash] : "/";
}
