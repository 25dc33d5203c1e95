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

        // A touch is at most an hour old for what is used all the time, so twice that keeps whatever the last hour used.
        FileInfo[] files = [.. FilesOf("blobs").Concat(FilesOf("records")).OrderBy(static file => file.LastWriteTimeUtc).ThenBy(static file => file.FullName, StringComparer.Ordinal)];
        long size = files.Sum(static file => file.Length);
        foreach (FileInfo file in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (size <= maxSize || now - file.LastWriteTimeUtc <= 2 * InUse) break;
            if (CacheDirectory.TryDelete(file.FullName)) size -= file.Length;
        }
        return Task.CompletedTask;
    }

    private FileInfo[] FilesOf(string folder)
    {
        var info = new DirectoryInfo(Path.Combine(directory.Path, folder));
        try
        {
            return info.Exists ? [.. info.EnumerateFiles("*", SearchOption.AllDirectories).Where(static file => file.Exists)] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
