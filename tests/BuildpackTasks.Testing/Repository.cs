namespace BuildpackTasks.Testing;

/// <summary>The repository that the tests were built from.</summary>
public static class Repository
{
    /// <summary>Its root directory.</summary>
    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "BuildpackTasks.sln")))
            {
                return directory.FullName;
            }
        }

        throw new InvalidOperationException($"there is no BuildpackTasks.sln above {AppContext.BaseDirectory}");
    }
}
