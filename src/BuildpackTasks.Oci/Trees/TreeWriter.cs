namespace BuildpackTasks.Oci;

/// <summary>Writes files into a directory of the layer cache.</summary>
/// <param name="root">The directory, as an absolute path.</param>
internal abstract class TreeWriter(string root)
{
    /// <summary>Where a path of the tree is on the disk. Names are joined, never combined: on Windows a part may look like a drive.</summary>
    protected string Full(string path) => Path.Join(root, path);

    /// <summary>Writes: errors of the disk are those of the cache, errors of the archive are the archive's.</summary>
    protected void OnDisk(Action write) => OnDisk(() =>
    {
        write();
        return true;
    });

    /// <summary>The same, with a result.</summary>
    protected T OnDisk<T>(Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OciErrors.UnwritableCache(root, e);
        }
    }
}
