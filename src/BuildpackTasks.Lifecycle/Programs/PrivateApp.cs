using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// A copy of the published output that is the build's own: programs may change the app (buildpack specification, "Build"), a project
/// may leave out parts of it, and the publish directory is the user's.
/// </summary>
public static class PrivateApp
{
    /// <summary>Where the app of a build is: the copy, where the build has one.</summary>
    /// <param name="directory">The build's state.</param>
    /// <param name="published">The published output, as an absolute path.</param>
    public static string Find(ImageDirectory directory, string published) =>
        Directory.Exists(directory.PrivateAppDirectory) ? directory.PrivateAppDirectory : published;

    /// <summary>
    /// Makes the copy, in place of the one that an earlier build left. Links are copied as links; modes and times are kept. It is
    /// there as a whole or not at all.
    /// </summary>
    /// <param name="directory">The build's state.</param>
    /// <param name="published">The published output, as an absolute path.</param>
    /// <param name="filter">What the project leaves out.</param>
    /// <param name="cancellationToken">Stops the copying.</param>
    /// <returns>Its absolute path.</returns>
    /// <exception cref="LifecycleException">
    /// BPT2003 or BPT2005: a file cannot be read or written. BPT2031: a link leads out of the app. BPT2032: one is neither file, directory nor link.
    /// </exception>
    public static string Make(ImageDirectory directory, string published, AppFilter filter, CancellationToken cancellationToken)
    {
        Remove(directory);
        string unfinished = Unfinished(directory);
        try
        {
            var copy = new Copying(Path.GetFullPath(published), Path.GetFullPath(directory.Path), filter, cancellationToken);
            copy.Enter(new DirectoryInfo(published), "", unfinished);
            copy.Finish();
            Directory.Move(unfinished, directory.PrivateAppDirectory);
            return directory.PrivateAppDirectory;
        }
        catch (Exception e)
        {
            _ = DirectoryTree.TryDelete(unfinished);
            // Several files are copied at once; one reason is enough.
            if (e is AggregateException) e = e.InnerException!;
            if (e is IOException or UnauthorizedAccessException) throw LifecycleErrors.CannotWrite(directory.PrivateAppDirectory, e);
            throw;
        }
    }

    /// <summary>Removes the copy that an earlier build may have left, whatever programs did to it.</summary>
    /// <param name="directory">The build's state.</param>
    /// <exception cref="LifecycleException">BPT2005: it cannot be removed.</exception>
    public static void Remove(ImageDirectory directory)
    {
        StateFile.DeleteDirectory(directory.PrivateAppDirectory);
        StateFile.DeleteDirectory(Unfinished(directory));
    }

    /// <summary>
    /// The files that programs made executable: those with a right to be executed that were not published, or were published without
    /// it or with other contents. What is executable of the published output does not depend on how the build machine keeps it.
    /// </summary>
    /// <param name="directory">The build's state, with a copy.</param>
    /// <param name="published">The published output.</param>
    /// <returns>Their paths relative to the app directory.</returns>
    internal static IEnumerable<string> MadeExecutable(ImageDirectory directory, string published)
    {
        if (OperatingSystem.IsWindows()) yield break;
        foreach (AppFile file in AppFiles.Read(directory.PrivateAppDirectory, areLinksKept: true, CancellationToken.None))
        {
            var copy = new FileInfo(Path.Join(directory.PrivateAppDirectory, file.Path));
            if (file.Type != LayerEntryType.File || (copy.UnixFileMode & Execute) == 0) continue;
            var original = new FileInfo(Path.Join(published, file.Path));
            if (!original.Exists || (original.UnixFileMode & Execute) == 0 || original.Length != copy.Length || original.LastWriteTimeUtc != copy.LastWriteTimeUtc) yield return file.Path;
        }
    }

    private const UnixFileMode Execute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private static string Unfinished(ImageDirectory directory) => directory.PrivateAppDirectory + ".new";

    private sealed class Copying(string root, string state, AppFilter filter, CancellationToken cancellationToken)
    {
        private readonly List<CopiedFile> files = [];
        private readonly List<CopiedDirectory> directories = [];

        public void Enter(DirectoryInfo source, string path, string copy)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Directory.CreateDirectory(copy);
            // What is kept may be below a directory that is not.
            directories.Add(new CopiedDirectory(source, copy, path.Length == 0 || filter.Keeps(path, isDirectory: true)));
            foreach (FileSystemInfo entry in source.EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = false }))
            {
                string relative = path.Length == 0 ? entry.Name : $"{path}/{entry.Name}";
                string target = Path.Join(copy, entry.Name);
                if (entry is DirectoryInfo { LinkTarget: null } below)
                {
                    // The state may be in the publish directory itself, and is no part of the app then.
                    if (below.FullName != state) Enter(below, relative, target);
                }
                else if (filter.Keeps(relative))
                {
                    if (entry.LinkTarget is { } link) File.CreateSymbolicLink(target, AppFiles.TargetInside(entry, link, root));
                    else if (entry is FileInfo { Length: 0 } && SpecialFiles.KindOf(entry.FullName) != WrittenFileKind.File) throw LifecycleErrors.SpecialFile(entry.FullName);
                    else files.Add(new CopiedFile((FileInfo)entry, target));
                }
            }
        }

        public void Finish()
        {
            // Shares blocks where the file system can.
            Parallel.ForEach(files, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount }, static file => file.Source.CopyTo(file.Copy));
            // Last and from within: making a file changes the time of its directory, and the mode may forbid it.
            foreach ((DirectoryInfo source, string copy, bool kept) in Enumerable.Reverse(directories))
            {
                if (!kept && !Directory.EnumerateFileSystemEntries(copy).Any())
                {
                    Directory.Delete(copy);
                    continue;
                }
                if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(copy, source.UnixFileMode);
                Directory.SetLastWriteTimeUtc(copy, source.LastWriteTimeUtc);
            }
        }

        private sealed record CopiedFile(FileInfo Source, string Copy);

        private sealed record CopiedDirectory(DirectoryInfo Source, string Copy, bool Kept);
    }
}
