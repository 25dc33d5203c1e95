namespace BuildpackTasks.Lifecycle;

/// <summary>Removes directories that programs wrote to: they may have taken away the right to.</summary>
internal static class DirectoryTree
{
    /// <summary>Removes a directory with all that is in it. Links are not followed.</summary>
    /// <returns>Whether it is gone.</returns>
    public static bool TryDelete(string directory)
    {
        try
        {
            if (!Directory.Exists(directory)) return true;
            try
            {
                Directory.Delete(directory, recursive: true);
            }
            catch (Exception e) when (e is UnauthorizedAccessException or IOException)
            {
                Unlock(new DirectoryInfo(directory));
                Directory.Delete(directory, recursive: true);
            }
            return true;
        }
        catch (DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            return false;
        }
    }

    private static void Unlock(DirectoryInfo directory)
    {
        if (OperatingSystem.IsWindows()) return;
        directory.UnixFileMode |= UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        foreach (DirectoryInfo inner in directory.EnumerateDirectories())
        {
            if (inner.LinkTarget is null) Unlock(inner);
        }
    }
}
