namespace BuildpackTasks.Lifecycle;

/// <summary>Has a directory to itself while a fleet is worked on. The system lets go of it when its holder dies.</summary>
internal static class FleetLock
{
    /// <summary>Takes the directory, which is created where it is missing.</summary>
    /// <exception cref="LifecycleException">BPT2258: another run has it; BPT2259: it cannot be written.</exception>
    public static IDisposable Acquire(string directory)
    {
        string path = Path.Combine(directory, "lock");
        try
        {
            Directory.CreateDirectory(directory);
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException e) when (IsTaken(e))
        {
            throw LifecycleErrors.DirectoryBusy(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LifecycleErrors.CannotKeepState(path, e);
        }
    }

    // ERROR_SHARING_VIOLATION and EWOULDBLOCK of Linux and macOS.
    private static bool IsTaken(IOException e) =>
        OperatingSystem.IsWindows() ? e.HResult == unchecked((int)0x80070020) : e.HResult is 11 or 35;
}
