using System.Formats.Tar;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// Pipes, sockets and devices look like empty files, and opening one may wait forever. The tar writer tells them apart without opening
/// them.
/// </summary>
internal static class SpecialFiles
{
    /// <summary>What an empty file is.</summary>
    /// <param name="path">The file; it is not a directory or a link, and its length is 0.</param>
    public static WrittenFileKind KindOf(string path)
    {
        if (OperatingSystem.IsWindows()) return WrittenFileKind.File;
        using var tar = new MemoryStream();
        try
        {
            using (var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true)) writer.WriteEntry(path, "entry");
        }
        catch (IOException) when (File.Exists(path))
        {
            // It has no entry for sockets.
            return WrittenFileKind.Socket;
        }
        tar.Position = 0;
        using var reader = new TarReader(tar);
        return reader.GetNextEntry()?.EntryType == TarEntryType.RegularFile ? WrittenFileKind.File : WrittenFileKind.Special;
    }
}
