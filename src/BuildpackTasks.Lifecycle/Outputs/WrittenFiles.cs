using BuildpackTasks.Toml;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// Files that a program wrote, which may hold anything: links are followed as the program saw them, but not out of the files, nothing but
/// regular files is opened, and no more is read than a limit.
/// </summary>
/// <param name="directory">Where the files are on this machine, as an absolute path.</param>
/// <param name="imageDirectory">Where the program saw them: absolute links are meant there.</param>
/// <param name="origin">Where they come from.</param>
internal sealed class WrittenFiles(string directory, string imageDirectory, FileOrigin origin)
{
    // As many as Linux follows.
    private const int MaxLinks = 40;

    // More than any buildpack writes by far; what is larger is a mistake or an attack.
    private const int MaxToml = 4 << 20;

    // How many names one directory may have where each of them is looked at, as environment variables are.
    private const int MaxNames = 10_000;

    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false, ReturnSpecialDirectories = false };

    /// <summary>Where the files are on this machine.</summary>
    public string Directory => directory;

    /// <summary>Where they come from.</summary>
    public FileOrigin Origin => origin;

    /// <summary>Finds out what stands at a path.</summary>
    /// <param name="path">The path, relative to the files' directory, <c>/</c>-separated; empty for that directory.</param>
    public WrittenFile Find(string path)
    {
        var rest = new Stack<string>(path.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse());
        var done = new List<string>();
        int links = 0;
        WrittenFileKind kind = WrittenFileKind.Directory;
        while (rest.TryPop(out string? name))
        {
            if (name == ".") continue;
            if (name == "..")
            {
                if (done.Count == 0) return new WrittenFile(WrittenFileKind.Outside, At([path]));
                done.RemoveAt(done.Count - 1);
                kind = WrittenFileKind.Directory;
                continue;
            }
            done.Add(name);
            string full = At(done);
            kind = KindOf(full, out string? target);
            if (target is not null)
            {
                done.RemoveAt(done.Count - 1);
                if (++links > MaxLinks) return new WrittenFile(WrittenFileKind.Missing, At([path]));
                if (target.StartsWith('/'))
                {
                    if (!IsBelow(target, out target)) return new WrittenFile(WrittenFileKind.Outside, At([path]));
                    done.Clear();
                }
                foreach (string part in target.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse()) rest.Push(part);
                kind = WrittenFileKind.Directory;
            }
            else if (kind == WrittenFileKind.Missing || (kind != WrittenFileKind.Directory && rest.Count > 0))
            {
                return new WrittenFile(WrittenFileKind.Missing, At([path]));
            }
        }
        if (done.Count == 0 && !System.IO.Directory.Exists(directory)) kind = WrittenFileKind.Missing;
        return new WrittenFile(kind, At(done));
    }

    /// <summary>The names in a directory, in ordinal order; none where it is not there.</summary>
    /// <param name="path">The directory, relative to the files' directory; empty for that directory.</param>
    /// <exception cref="LifecycleException">BPT2121: it cannot be read. BPT2122: it has too many. BPT2123: a name is not UTF-8. BPT2124: a link leads out.</exception>
    public IReadOnlyList<string> Names(string path)
    {
        WrittenFile found = Find(path);
        if (found.Kind == WrittenFileKind.Outside) throw LifecycleErrors.WrittenLinkLeadsOut(At([path]), origin);
        if (found.Kind != WrittenFileKind.Directory) return [];
        var names = new List<string>();
        foreach (string name in Enumerate(found.Path))
        {
            if (names.Count == MaxNames) throw LifecycleErrors.TooManyFiles(At([path]), origin, MaxNames);
            names.Add(name);
        }
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    /// <summary>The names in a directory of this machine, in whatever order it has them.</summary>
    /// <param name="path">The directory, as an absolute path.</param>
    /// <exception cref="LifecycleException">BPT2121: it cannot be read. BPT2123: a name is not UTF-8.</exception>
    public IEnumerable<string> Enumerate(string path)
    {
        using IEnumerator<FileSystemInfo> items = Reading(path, () => new DirectoryInfo(path).EnumerateFileSystemInfos("*", Everything).GetEnumerator());
        while (Reading(path, items.MoveNext))
        {
            string name = items.Current.Name;
            // What a name that is not UTF-8 is decoded to, is not there.
            if (name.Contains('\uFFFD', StringComparison.Ordinal) && KindOf(Path.Combine(path, name), out _) == WrittenFileKind.Missing)
                throw LifecycleErrors.NameNotUtf8(path, origin);
            yield return name;
        }
    }

    /// <summary>What stands at a path of this machine, and, where that is a symbolic link, what it points to; the kind is that of no file then.</summary>
    /// <exception cref="LifecycleException">BPT2121: it cannot be read.</exception>
    public WrittenFileKind KindOf(string path, out string? linkTarget)
    {
        (WrittenFileKind kind, string? target) = Reading(path, () =>
        {
            var file = new FileInfo(path);
            if (file.LinkTarget is { } link) return (WrittenFileKind.Missing, link);
            FileAttributes attributes = file.Attributes;
            if ((int)attributes == -1) return (WrittenFileKind.Missing, (string?)null);
            if (attributes.HasFlag(FileAttributes.Directory)) return (WrittenFileKind.Directory, null);
            return (file.Length > 0 ? WrittenFileKind.File : SpecialFiles.KindOf(path), null);
        });
        linkTarget = target;
        return kind;
    }

    /// <summary>Reads a file's bytes.</summary>
    /// <param name="path">The file, relative to the files' directory.</param>
    /// <param name="limit">How many bytes it may have.</param>
    /// <returns>The bytes, or null where the file is not there.</returns>
    /// <exception cref="LifecycleException">BPT2121: it cannot be read. BPT2122: it is too large. BPT2124: a link leads out. BPT2125: it is not a file.</exception>
    public byte[]? TryRead(string path, int limit)
    {
        WrittenFile found = Find(path);
        string asked = At([path]);
        switch (found.Kind)
        {
            case WrittenFileKind.Missing: return null;
            case WrittenFileKind.Outside: throw LifecycleErrors.WrittenLinkLeadsOut(asked, origin);
            case not WrittenFileKind.File: throw LifecycleErrors.NotAFile(asked, origin);
        }
        byte[] bytes = Reading(asked, () =>
        {
            using var stream = new FileStream(found.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            using var read = new MemoryStream();
            byte[] buffer = new byte[8192];
            for (int count; read.Length <= limit && (count = stream.Read(buffer)) > 0;) read.Write(buffer, 0, count);
            return read.ToArray();
        });
        return bytes.Length <= limit ? bytes : throw LifecycleErrors.WrittenFileTooLarge(asked, origin, limit);
    }

    /// <summary>Reads a TOML file.</summary>
    /// <param name="path">The file, relative to the files' directory.</param>
    /// <returns>Its keys, or null where the file is not there.</returns>
    /// <exception cref="LifecycleException">BPT2120: it is malformed. And what reading the bytes raises.</exception>
    public TableReader? TryReadToml(string path)
    {
        if (TryRead(path, MaxToml) is not { } bytes) return null;
        string full = At([path]);
        try
        {
            return new TableReader(TomlReader.Read(bytes), full, "", (file, reason, inner) => LifecycleErrors.MalformedOutput(file, origin, reason, inner));
        }
        catch (TomlException e)
        {
            throw LifecycleErrors.MalformedOutput(full, origin, e.Message, e);
        }
    }

    /// <summary>The path on this machine of something among the files, as it was asked for.</summary>
    /// <param name="path">The path, relative to the files' directory.</param>
    public string PathOf(string path) => At([path]);

    private string At(IEnumerable<string> parts) => Path.Combine([directory, .. parts]);

    /// <summary>A path that the program saw, as one relative to the files' directory.</summary>
    private bool IsBelow(string target, out string relative)
    {
        // Only what is written as a path below can be one: where the program's other directories are on this machine, nobody says here.
        relative = target.Length > imageDirectory.Length ? target[imageDirectory.Length..] : "";
        return target == imageDirectory || target.StartsWith(imageDirectory + "/", StringComparison.Ordinal);
    }

    private T Reading<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LifecycleErrors.CannotReadOutput(path, origin, e);
        }
    }
}
