namespace BuildpackTasks.Launcher;

/// <summary>Why a process cannot be started.</summary>
/// <param name="message">What is wrong, and what to do.</param>
/// <param name="exitCode">The code that the launcher ends with (platform specification, "launcher").</param>
internal sealed class LaunchException(string message, int exitCode = LaunchException.LaunchFailed) : Exception(message)
{
    /// <summary>The Platform API is missing or not supported.</summary>
    public const int PlatformApiIncompatible = 11;

    /// <summary>A buildpack's API is not supported.</summary>
    public const int BuildpackApiIncompatible = 12;

    /// <summary>Anything else.</summary>
    public const int LaunchFailed = 82;

    /// <summary>The code that the launcher ends with.</summary>
    public int ExitCode => exitCode;
}
