using System.Globalization;

namespace BuildpackTasks.Oci;

/// <summary>Keeps the cache within its size: what was used least recently goes first, what may be in use now stays.</summary>
internal sealed class CacheTrimmer(CacheDirectory directory, long maxSize)
{
    // A build that is running has touched what it uses; an hour also covers clocks of a shared file system that differ a little.
    private static readonly TimeSpan InUse = TimeSpan.FromHours(1);

    // Longer than any build takes: whoever wrote the file is gone.
    private static readonly TimeSpan Abandoned = TimeSpan.FromDays(1);

    public Task TrimAsync(CancellationToken cancellationToken)
    {
        DateTime now = directory.Time.GetUtcNow().UtcDateTime;
        foreach (FileInfo file in FilesOf("tmp"))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (now - file.LastWriteTimeUtc > Abandoned) CacheDirectory.TryDelete(file.FullName);
        }
        foreach (DirectoryInfo tree in DirectoriesOf("tmp"))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (now - tree.LastWriteTimeUtc > Abandoned) CacheDirectory.TryDeleteTree(tree.FullName);
        }

        // A touch is at most an hour old for what is used all the time, so twice that keeps whatever the last hour used.
        Part[] parts =
        [
            .. FilesOf("blobs").Concat(FilesOf("records")).Select(static file => new Part(file.FullName, file.LastWriteTimeUtc, file.Length, IsTree: false))
                .Concat(DirectoriesOf(TreeStore.Folder).Select(TreeIn).OfType<Part>())
                .OrderBy(static part => part.Used).ThenBy(static part => part.Path, StringComparer.Ordinal),
        ];
        long size = parts.Sum(static part => part.Length);
        foreach (Part part in parts)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (size <= maxSize || now - part.Used <= 2 * InUse) break;
            if (part.IsTree ? directory.TryRemoveTree(part.Path) : CacheDirectory.TryDelete(part.Path)) size -= part.Length;
        }
        return Task.CompletedTask;
    }

    // A tree counts as a whole; one that does not say how large it is was left half-removed, and goes first.
    private static Part? TreeIn(DirectoryInfo tree)
    {
        var used = new FileInfo(Path.Combine(tree.FullName, TreeStore.UsedFile));
        try
        {
            return used.Exists && long.TryParse(File.ReadAllText(used.FullName), NumberStyles.None, CultureInfo.InvariantCulture, out long length)
                ? new Part(tree.FullName, used.LastWriteTimeUtc, length, IsTree: true)
                : new Part(tree.FullName, DateTime.UnixEpoch, 0, IsTree: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private FileInfo[] FilesOf(string folder) =>
        List(folder, static info => info.EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false }).Where(static file => file.Exists));

    private DirectoryInfo[] DirectoriesOf(string folder) => List(folder, static info => info.EnumerateDirectories());

    private T[] List<T>(string folder, Func<DirectoryInfo, IEnumerable<T>> list)
    {
        var info = new DirectoryInfo(Path.Combine(directory.Path, folder));
        try
        {
            return info.Exists ? [.. list(info)] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private sealed record Part(string Path, DateTime Used, long Length, bool IsTree);
}
