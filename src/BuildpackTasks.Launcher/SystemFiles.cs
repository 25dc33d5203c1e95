namespace BuildpackTasks.Launcher;

/// <summary>Files of the image, which anybody may have made: what cannot be read is an error that names it.</summary>
internal static class SystemFiles
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    public static byte[] Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LaunchException($"'{path}' cannot be read: {e.Message}");
        }
    }

    /// <summary>The directories in a directory, in ordinal order of their names; links are none, and what is not there has none.</summary>
    /// <param name="path">The directory.</param>
    public static List<string> Directories(string path) => Entries(path, directories: true);

    /// <summary>What else is in a directory, in ordinal order of the names.</summary>
    /// <param name="path">The directory.</param>
    public static List<string> Files(string path) => Entries(path, directories: false);

    private static List<string> Entries(string path, bool directories)
    {
        var names = new List<string>();
        try
        {
            if (!Directory.Exists(path)) return names;
            foreach (FileSystemInfo entry in new DirectoryInfo(path).EnumerateFileSystemInfos())
            {
                bool isDirectory = (entry.Attributes & (FileAttributes.Directory | FileAttributes.ReparsePoint)) == FileAttributes.Directory;
                if (isDirectory == directories) names.Add(entry.Name);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LaunchException($"'{path}' cannot be read: {e.Message}");
        }
        names.Sort(string.CompareOrdinal);
        return names;
    }
}
