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

    /// <summary>Makes the copy, in place of the one that an earlier build left.</summary>
    /// <param name="directory">The build's state.</param>
    /// <param name="published">The published output, as an absolute path.</param>
    /// <param name="filter">What the project leaves out.</param>
    /// <param name="cancellationToken">Stops the copying; what was copied goes away with the next build.</param>
    /// <returns>Its absolute path.</returns>
    /// <exception cref="LifecycleException">BPT2003 or BPT2005: a file cannot be read or written.</exception>
    public static string Make(ImageDirectory directory, string published, AppFilter filter, CancellationToken cancellationToken)
    {
        Remove(directory);
        try
        {
            Copy(new DirectoryInfo(published), "", directory.PrivateAppDirectory, filter, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LifecycleErrors.CannotWrite(directory.PrivateAppDirectory, e);
        }
        return directory.PrivateAppDirectory;
    }

    /// <summary>Removes the copy that an earlier build may have left.</summary>
    /// <param name="directory">The build's state.</param>
    /// <exception cref="LifecycleException">BPT2005: it cannot be removed.</exception>
    public static void Remove(ImageDirectory directory) => StateFile.DeleteDirectory(directory.PrivateAppDirectory);

    private static void Copy(DirectoryInfo source, string path, string target, AppFilter filter, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(target);
        foreach (FileSystemInfo entry in source.EnumerateFileSystemInfos())
        {
            cancellationToken.ThrowIfCancellationRequested();
            string relative = path.Length == 0 ? entry.Name : $"{path}/{entry.Name}";
            string destination = Path.Join(target, entry.Name);
            if (entry is DirectoryInfo { LinkTarget: null } below)
            {
                // What is kept may be below a directory that is not: the directory is made with the first of it.
                Copy(below, relative, destination, filter, cancellationToken);
                if (!filter.Keeps(relative, isDirectory: true) && !Directory.EnumerateFileSystemEntries(destination).Any()) Directory.Delete(destination);
            }
            else if (filter.Keeps(relative))
            {
                // A link stays one, wherever it leads; a copy keeps modes and times, and shares blocks where the file system can.
                if (entry.LinkTarget is { } link) File.CreateSymbolicLink(destination, link);
                else File.Copy(entry.FullName, destination);
            }
        }
    }
}
