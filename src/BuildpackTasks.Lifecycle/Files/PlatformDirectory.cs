namespace BuildpackTasks.Lifecycle;

/// <summary>
/// What the platform gives to programs: <c>platform/env/NAME</c> holds the value of each variable that the user sets (platform
/// specification, "User-Provided Variables").
/// </summary>
public static class PlatformDirectory
{
    /// <summary>Writes the directory in place of the one that an earlier build left.</summary>
    /// <param name="directory">The build's state.</param>
    /// <param name="environment">The variables.</param>
    /// <returns>The directory's absolute path.</returns>
    /// <exception cref="LifecycleException">BPT2005: it cannot be written. BPT2037: a variable's name cannot be one.</exception>
    public static string Write(ImageDirectory directory, IReadOnlyDictionary<string, string> environment)
    {
        if (environment.Keys.FirstOrDefault(static name => !BuildResultRules.IsVariable(name) || name.Contains('/', StringComparison.Ordinal) || name is "." or "..") is { } bad)
            throw LifecycleErrors.BadSetting("BuildEnvironmentVariable", bad, "which cannot be a variable's name. Write a name without '=' and '/'");
        string path = directory.PlatformDirectory;
        StateFile.DeleteDirectory(path);
        string variables = Path.Combine(path, "env");
        try
        {
            Directory.CreateDirectory(variables);
            foreach ((string name, string value) in environment) File.WriteAllText(Path.Combine(variables, name), value);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LifecycleErrors.CannotWrite(path, e);
        }
        return path;
    }
}
