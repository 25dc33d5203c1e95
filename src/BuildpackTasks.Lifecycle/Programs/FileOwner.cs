using System.Formats.Tar;
using System.Globalization;

namespace BuildpackTasks.Lifecycle;

/// <summary>Who a directory belongs to, where what is in it is believed.</summary>
internal static class FileOwner
{
    /// <summary>Whether nobody but the user of this process, and root, can put anything into a directory.</summary>
    /// <param name="directory">The directory; a link is followed.</param>
    public static bool IsOwn(string directory)
    {
        if (OperatingSystem.IsWindows()) return true;
        string path = Directory.ResolveLinkTarget(directory, returnFinalTarget: true)?.FullName ?? directory;
        return (File.GetUnixFileMode(path) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) == 0 && OwnerOf(path) == EffectiveUser();
    }

    // The tar writer reads it; nothing else of the base class library does.
    private static int OwnerOf(string directory)
    {
        using var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true)) writer.WriteEntry(directory, "entry");
        tar.Position = 0;
        using var reader = new TarReader(tar);
        return reader.GetNextEntry()!.Uid;
    }

    // proc_pid_status(5): real, effective, saved and file system ids.
    private static int EffectiveUser() =>
        int.Parse(File.ReadLines("/proc/self/status").First(static line => line.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[2], CultureInfo.InvariantCulture);
}
