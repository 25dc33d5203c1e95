namespace BuildpackTasks.Oci;

/// <summary>The directory of the layer cache: what is done to its files, safe against other processes doing the same.</summary>
internal sealed class CacheDirectory(string path, TimeProvider time, Action<string>? note = null)
{
    private static readonly TimeSpan TouchInterval = TimeSpan.FromHours(1);

    /// <summary>The directory's absolute path.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    public TimeProvider Time { get; } = time;

    /// <summary>Says what was dropped and why.</summary>
    public void Note(string sentence) => note?.Invoke(sentence);

    /// <summary>Where files are that are being written.</summary>
    public string TemporaryPath => System.IO.Path.Combine(Path, "tmp");

    /// <summary>The path of a file to write before it is published: in the same file system, with a name that nobody else has.</summary>
    public string NewTemporaryPath()
    {
        CreateDirectory(TemporaryPath);
        return System.IO.Path.Combine(TemporaryPath, Guid.NewGuid().ToString("N"));
    }

    /// <summary>Makes a finished temporary file visible under its name, in place of an older one.</summary>
    public void Publish(string temporary, string target)
    {
        CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
        try
        {
            File.Move(temporary, target, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // On Windows a file that somebody reads cannot be replaced; under a digest's name it has the same bytes.
            if (!OperatingSystem.IsWindows() || !File.Exists(target)) throw OciErrors.UnwritableCache(Path, e);
            TryDelete(temporary);
        }
    }

    /// <summary>Writes a small file as a whole.</summary>
    public Task WriteAsync(string target, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string temporary = NewTemporaryPath();
        try
        {
            File.WriteAllBytes(temporary, bytes.Span);
            Publish(temporary, target);
            return Task.CompletedTask;
        }
        catch (Exception e)
        {
            TryDelete(temporary);
            if (e is IOException or UnauthorizedAccessException) throw OciErrors.UnwritableCache(Path, e);
            throw;
        }
    }

    /// <summary>Says that a file was used. Once an hour is enough to know the least recently used.</summary>
    public void Touch(string file)
    {
        try
        {
            DateTime now = Time.GetUtcNow().UtcDateTime;
            if (now - File.GetLastWriteTimeUtc(file) > TouchInterval) File.SetLastWriteTimeUtc(file, now);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Whoever may only read the cache may use it all the same.
        }
    }

    /// <summary>Removes a file; one that cannot be removed now is left for the next trimming.</summary>
    public static bool TryDelete(string file)
    {
        try
        {
            File.Delete(file);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Removes a directory with all that is in it, links as such; what cannot be removed now is left for the next trimming.</summary>
    public static bool TryDeleteTree(string path)
    {
        try
        {
            if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Removes a directory that others may see: it is gone at once, and whoever is killed meanwhile leaves nothing half.</summary>
    public bool TryRemoveTree(string path)
    {
        string temporary = NewTemporaryPath();
        try
        {
            Directory.Move(path, temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
        TryDeleteTree(temporary);
        return true;
    }

    private void CreateDirectory(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw OciErrors.UnwritableCache(Path, e);
        }
    }
}
