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
            catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException))
            {
                if (waited >= Limit) throw OciErrors.LayoutBusy(directory);
            }
            await Task.Delay(Pause, cancellationToken);
        }
    }
}
