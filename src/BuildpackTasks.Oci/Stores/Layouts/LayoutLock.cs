namespace BuildpackTasks.Oci;

/// <summary>
/// Has a layout to itself while it is written. The lock is on the file 'oci-layout', which is there as long as the layout is,
/// is never replaced, and is let go by the system when its holder dies.
/// </summary>
internal static class LayoutLock
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>Waits until no other build writes the layout.</summary>
    /// <exception cref="OciException">BPT1210: another build has not finished in ten minutes.</exception>
    public static async Task<IDisposable> AcquireAsync(string directory, CancellationToken cancellationToken)
    {
        string path = Path.Join(directory, LayoutReader.LayoutFile);
        // On Unix only FileShare.None asks for the (advisory) lock; on Windows it would keep readers out as well.
        FileShare share = OperatingSystem.IsWindows() ? FileShare.Read : FileShare.None;
        for (TimeSpan waited = TimeSpan.Zero; ; waited += Pause)
        {
            try
            {
                return new FileStream(path, FileMode.Open, FileAccess.ReadWrite, share, bufferSize: 0);
            }
            catch (IOException e) when (IsTaken(e))
            {
                if (waited >= Limit) throw OciErrors.LayoutBusy(directory);
            }
            await Task.Delay(Pause, cancellationToken);
        }
    }

    // ERROR_SHARING_VIOLATION and EWOULDBLOCK of Linux and macOS. Whatever else is wrong does not pass by waiting.
    private static bool IsTaken(IOException e) =>
        OperatingSystem.IsWindows() ? e.HResult == unchecked((int)0x80070020) : e.HResult is 11 or 35;
}
