namespace BuildpackTasks.Testing;

/// <summary>Programs that tests need on the machine.</summary>
public static class Tool
{
    // Servers and container tools live in sbin on Debian, which is not on an ordinary user's PATH.
    private static readonly string[] SystemDirectories = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

    /// <summary>The path of a program.</summary>
    /// <param name="name">A name to look for on the PATH, or a path, which is returned as it is.</param>
    /// <exception cref="InvalidOperationException">It is not installed; the message says how to install it.</exception>
    public static string Require(string name) => Find(name)
        ?? throw new InvalidOperationException($"'{name}' is not installed, and this test needs it: install it with build/servers.sh");

    private static string? Find(string name)
    {
        if (name.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            return name;
        }

        var directories = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return directories.Concat(SystemDirectories).Select(directory => Path.Combine(directory, name)).FirstOrDefault(File.Exists);
    }
}
