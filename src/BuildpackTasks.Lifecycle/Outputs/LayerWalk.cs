using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// Lists what is in the directory of a layer as entries of the image (buildpack specification, "Export"). Links are not followed. Of a
/// file's mode only whether somebody may execute it is kept, so that neither the umask nor setuid bits of the build machine reach the
/// image: 0755 or 0644, directories 0755. Times are the constant, sockets are left out, and each name of a file with several is a file.
/// </summary>
/// <param name="origin">Who wrote the layers.</param>
/// <param name="userId">Who owns the entries.</param>
/// <param name="groupId">Their group.</param>
/// <param name="maxEntries">How many entries all layers together may have.</param>
internal sealed class LayerWalk(FileOrigin origin, int userId, int groupId, int maxEntries)
{
    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private int count;

    /// <summary>Lists a layer, its own directory first.</summary>
    /// <param name="directory">The layer's directory on this machine.</param>
    /// <param name="imagePath">Where it will be in the image, as an absolute path.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    /// <returns>The entries, in no order.</returns>
    /// <exception cref="LifecycleException">
    /// BPT2121: something cannot be read. BPT2122: there are too many. BPT2123: a name is not UTF-8. BPT2126: something is a pipe or a device.
    /// </exception>
    public IReadOnlyList<LayerEntry> List(string directory, string imagePath, CancellationToken cancellationToken)
    {
        var files = new WrittenFiles(directory, imagePath, origin);
        var entries = new List<LayerEntry>();
        // Not a recursion: how deep directories are nested is up to the program.
        var open = new Stack<(string Path, string ImagePath)>([(directory, imagePath[1..])]);
        Add(entries, LayerEntry.ForDirectory(imagePath[1..]), directory);
        while (open.TryPop(out (string Path, string ImagePath) current))
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (string name in files.Enumerate(current.Path))
            {
                string path = Path.Combine(current.Path, name);
                string target = $"{current.ImagePath}/{name}";
                WrittenFileKind kind = files.KindOf(path, out string? link);
                if (link is not null)
                {
                    Add(entries, LayerEntry.ForSymbolicLink(target, link), directory);
                    continue;
                }
                switch (kind)
                {
                    case WrittenFileKind.Directory:
                        Add(entries, LayerEntry.ForDirectory(target), directory);
                        open.Push((path, target));
                        break;
                    case WrittenFileKind.File:
                        Add(entries, LayerEntry.ForFile(target, FileContent.FromFile(path), Mode(path)), directory);
                        break;
                    case WrittenFileKind.Special:
                        throw LifecycleErrors.SpecialFileInLayer(path, origin);
                }
            }
        }
        return entries;
    }

    private static UnixFileMode Mode(string path) =>
        !OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & AnyExecute) != 0 ? LayerEntry.ExecutableMode : LayerEntry.FileMode;

    private void Add(List<LayerEntry> entries, LayerEntry entry, string directory)
    {
        if (++count > maxEntries) throw LifecycleErrors.TooManyFiles(directory, origin, maxEntries);
        entries.Add(entry with { UserId = userId, GroupId = groupId });
    }
}
