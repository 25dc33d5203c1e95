namespace BuildpackTasks.Lifecycle;

/// <summary>
/// A directory that only one build uses and that goes away with it. One whose build was ended by force is removed by the next:
/// the lock beside it is free then.
/// </summary>
internal sealed class ScratchDirectory : IDisposable
{
    private const string LockExtension = ".lock";
    private readonly FileStream locked;

    private ScratchDirectory(string path, FileStream locked) => (Path, this.locked) = (path, locked);

    /// <summary>Its absolute path.</summary>
    public string Path { get; }

    /// <summary>Makes one, and removes those that were left.</summary>
    /// <param name="parent">Where it is made.</param>
    /// <exception cref="LifecycleException">BPT2005: it cannot be made.</exception>
    public static ScratchDirectory Create(string parent)
    {
        try
        {
            Directory.CreateDirectory(parent);
            RemoveAbandoned(parent);
            while (true)
            {
                string path = System.IO.Path.Join(parent, Guid.NewGuid().ToString("N"));
                if (TryLock(path + LockExtension) is not { } locked) continue;
                if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
                else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                return new ScratchDirectory(path, locked);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LifecycleErrors.CannotWrite(parent, e);
        }
    }

    /// <summary>Makes a directory inside it and gives its path.</summary>
    /// <exception cref="LifecycleException">BPT2005: it cannot be made.</exception>
    public string CreateDirectory(string name)
    {
        string path = System.IO.Path.Join(Path, name);
        try
        {
            return Directory.CreateDirectory(path).FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LifecycleErrors.CannotWrite(path, e);
        }
    }

    /// <summary>Writes what the platform gives to programs, and gives the directory's path.</summary>
    public string CreatePlatform(IReadOnlyDictionary<string, string> environment)
    {
        string path = System.IO.Path.Join(Path, "platform");
        PlatformDirectory.Write(path, environment);
        return path;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (DirectoryTree.TryDelete(Path)) TryDeleteFile(locked.Name);
        locked.Dispose();
    }

    private static void RemoveAbandoned(string parent)
    {
        foreach (string file in Directory.EnumerateFiles(parent, "*" + LockExtension))
        {
            if (TryLock(file) is not { } abandoned) continue;
            using (abandoned)
            {
                if (DirectoryTree.TryDelete(file[..^LockExtension.Length])) TryDeleteFile(file);
            }
        }
    }

    private static FileStream? TryLock(string file)
    {
        try
        {
            return new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (Exception e) when (e is IOException and not DirectoryNotFoundException or UnauthorizedAccessException && File.Exists(file))
        {
            return null;
        }
    }

    private static void TryDeleteFile(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next build tries again.
        }
    }
}
