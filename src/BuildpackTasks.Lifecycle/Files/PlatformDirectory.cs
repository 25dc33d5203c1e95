namespace BuildpackTasks.Lifecycle;

/// <summary>
/// What the platform gives to programs: <c>platform/env/NAME</c> holds the value of each variable that the user sets (platform
/// specification, "User-Provided Variables"). A value may be a secret: only the user of the build may read it, who programs in a view
/// run as, and it goes away with the phase.
/// </summary>
internal static class PlatformDirectory
{
    /// <summary>Where programs see it. The platform may choose; every platform chooses this (platform specification, "CNB_PLATFORM_DIR").</summary>
    public const string ProgramPath = "/platform";

    private const UnixFileMode ForOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes the directory.</summary>
    /// <param name="path">Where: nothing is there yet.</param>
    /// <param name="environment">The variables.</param>
    /// <exception cref="LifecycleException">BPT2005: it cannot be written. BPT2037: a variable's name cannot be one.</exception>
    public static void Write(string path, IReadOnlyDictionary<string, string> environment)
    {
        if (environment.Keys.FirstOrDefault(static name => !BuildResultRules.IsVariable(name) || name.Contains('/', StringComparison.Ordinal) || name is "." or "..") is { } bad)
            throw LifecycleErrors.BadSetting("BuildEnvironmentVariable", bad, "which cannot be a variable's name. Write a name without '=' and '/'");
        try
        {
            Make(path);
            string variables = Make(Path.Combine(path, "env"));
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = ForOwner;
            foreach ((string name, string value) in environment)
            {
                using var writer = new StreamWriter(Path.Combine(variables, name), options);
                writer.Write(value);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LifecycleErrors.CannotWrite(path, e);
        }
    }

    private static string Make(string path) =>
        (OperatingSystem.IsWindows() ? Directory.CreateDirectory(path) : Directory.CreateDirectory(path, ForOwner | UnixFileMode.UserExecute)).FullName;
}
