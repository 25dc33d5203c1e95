using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>Reads what there is in the app directory. What cannot be in an image as it is on disk is an error, not left out.</summary>
internal static class AppFiles
{
    /// <summary>All files, links and empty directories, in ordinal order of their paths. Links are not followed.</summary>
    /// <param name="appDirectory">The published output, as an absolute path.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="LifecycleException">
    /// BPT2030: the directory is missing or empty. BPT2031: a link leads out of it. BPT2032: something is neither file, directory
    /// nor link. BPT2003: something cannot be read.
    /// </exception>
    public static IReadOnlyList<AppFile> Read(string appDirectory, CancellationToken cancellationToken) => Read(appDirectory, areLinksKept: false, cancellationToken);

    /// <summary>The same.</summary>
    /// <param name="appDirectory">The app, as an absolute path.</param>
    /// <param name="areLinksKept">
    /// Whether links stay as they are, wherever they lead: programs that saw the app at its place in the image made them.
    /// </param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="LifecycleException">As for the other.</exception>
    public static IReadOnlyList<AppFile> Read(string appDirectory, bool areLinksKept, CancellationToken cancellationToken)
    {
        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(appDirectory));
        if (!Directory.Exists(root)) throw LifecycleErrors.NoApp(appDirectory);
        var files = new List<AppFile>();
        try
        {
            ReadDirectory(new DirectoryInfo(root), areLinksKept ? null : root, "", files, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LifecycleErrors.CannotRead(appDirectory, e);
        }
        if (!files.Any(static file => file.Type == LayerEntryType.File)) throw LifecycleErrors.NoApp(appDirectory);
        files.Sort(static (left, right) => string.CompareOrdinal(left.Path, right.Path));
        return files;
    }

    /// <summary>The app as the image will have it: what buildpacks changed goes before what was published.</summary>
    /// <param name="files">The files of the publish directory.</param>
    /// <param name="changed">The changed files; directories among them only lead to these.</param>
    /// <param name="imageAppDirectory">Where the app will be in the image: paths of the changed files are below it.</param>
    public static IReadOnlyList<AppFile> Change(IReadOnlyList<AppFile> files, LayerContents changed, string imageAppDirectory)
    {
        AppFile[] replacements =
        [
            .. from entry in changed.Entries
               where entry.Type == LayerEntryType.File && entry.Path.StartsWith(imageAppDirectory[1..] + "/", StringComparison.Ordinal)
               select new AppFile(entry.Path[imageAppDirectory.Length..], LayerEntryType.File, entry.Content),
        ];
        HashSet<string> replaced = [.. replacements.Select(static file => file.Path)];
        return [.. files.Where(file => !replaced.Contains(file.Path)).Concat(replacements).OrderBy(static file => file.Path, StringComparer.Ordinal)];
    }

    private static void ReadDirectory(DirectoryInfo directory, string? root, string path, List<AppFile> files, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        bool empty = true;
        foreach (FileSystemInfo item in directory.EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = false }))
        {
            empty = false;
            string itemPath = path.Length == 0 ? item.Name : $"{path}/{item.Name}";
            if (item.LinkTarget is { } target) files.Add(new AppFile(itemPath, LayerEntryType.SymbolicLink, LinkTarget: root is null ? target : TargetInside(item, target, root)));
            else if (item is DirectoryInfo below) ReadDirectory(below, root, itemPath, files, cancellationToken);
            else if (((FileInfo)item).Length == 0 && SpecialFiles.KindOf(item.FullName) != WrittenFileKind.File) throw LifecycleErrors.SpecialFile(item.FullName);
            else files.Add(new AppFile(itemPath, LayerEntryType.File, FileContent.FromFile(item.FullName)));
        }
        if (empty && path.Length > 0) files.Add(new AppFile(path, LayerEntryType.Directory));
    }

    /// <summary>The target as it has to be in the image, where the app directory is elsewhere: relative to the link.</summary>
    internal static string TargetInside(FileSystemInfo link, string target, string root)
    {
        string parent = Path.GetDirectoryName(link.FullName)!;
        string full = Path.GetFullPath(target, parent);
        if (full != root && !full.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal)) throw LifecycleErrors.LinkLeadsOut(link.FullName, target);
        return (Path.IsPathRooted(target) ? Path.GetRelativePath(parent, full) : target).Replace(Path.DirectorySeparatorChar, '/');
    }
}
