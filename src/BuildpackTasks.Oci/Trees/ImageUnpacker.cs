using System.Runtime.InteropServices;
using System.Text;

namespace BuildpackTasks.Oci;

/// <summary>
/// Writes an image's layers over each other into a directory, the lowest first (OCI image specification, "Image Layer Filesystem
/// Changeset"). Links may lead anywhere, as in any system, but nothing is written or removed through one that leads out of the
/// directory: inside, the directory is the root. Owners are not kept, devices are left out, and whoever unpacks may always read and
/// remove what there is.
/// </summary>
/// <param name="root">The directory, as an absolute path; empty at first.</param>
/// <param name="limits">How much there may be in all layers.</param>
internal sealed class ImageUnpacker(string root, UnpackLimits limits)
    : TreeWriter(root)
{
    private const string Whiteout = ".wh.";
    private const string OpaqueWhiteout = ".wh..wh..opq";
    private const string Reserved = ".wh..wh.";
    private const int MaxHops = 40;
    private const int MaxPart = 255;
    private const int ForAll = 0b111_111_111;
    private const int ExecuteBits = 0b001_001_001;

    // Where the directories of the entries' paths really are, until a link or a removal changes that.
    private readonly Dictionary<string, string> places = new(StringComparer.Ordinal);
    private long length;
    private int entries;

    /// <summary>About how many bytes it takes on a disk.</summary>
    public long Size => length + 4096L * entries;

    /// <summary>Writes one layer.</summary>
    /// <exception cref="RefusedEntryException">An entry is not what it may be.</exception>
    /// <exception cref="InvalidDataException">It is not a tar, or there is too much of it.</exception>
    public async Task AddAsync(Stream tar, CancellationToken cancellationToken)
    {
        var reader = new LayerTarReader(tar, limits.MaxLength - length);
        // A layer removes what lower ones have, and never what it has itself.
        var own = new HashSet<string>(StringComparer.Ordinal);
        while (await reader.ReadNextAsync(cancellationToken) is { } entry)
        {
            if (++entries > limits.MaxEntries) throw new InvalidDataException($"it has more than {limits.MaxEntries} entries");
            if (entry.Path.Contains('\0', StringComparison.Ordinal)) throw Refused(entry, "is no path in an image");
            if (entry.Path.Length == 0) continue;
            (string parent, string name) = Split(entry.Path);
            if (entry.Path.Split('/').Any(static part => Encoding.UTF8.GetByteCount(part) > MaxPart)) throw Refused(entry, "has a name that is too long");
            if (name.StartsWith(Whiteout, StringComparison.Ordinal)) Remove(parent, name, own);
            else await WriteAsync(entry, parent, name, reader, own, cancellationToken);
        }
        await reader.DrainAsync(cancellationToken);
    }

    private void Remove(string parent, string name, HashSet<string> own) => OnDisk(() =>
    {
        if (name != OpaqueWhiteout && name.StartsWith(Reserved, StringComparison.Ordinal)) return;
        if (Place(parent, make: false, own) is not { } directory) return;
        if (name != OpaqueWhiteout)
        {
            string hidden = Joined(directory, name[Whiteout.Length..]);
            if (name.Length > Whiteout.Length && name[Whiteout.Length..] is not ("." or "..") && !own.Contains(hidden)) Delete(hidden);
            return;
        }
        RemoveBelow(directory, own);
    });

    private void RemoveBelow(string directory, HashSet<string> own)
    {
        foreach (string entry in Directory.GetFileSystemEntries(Full(directory)))
        {
            string path = Joined(directory, Path.GetFileName(entry));
            if (!own.Contains(path)) Delete(path);
            else if (IsDirectory(path)) RemoveBelow(path, own);
        }
    }

    private async Task WriteAsync(TarEntry entry, string parent, string name, LayerTarReader reader, HashSet<string> own, CancellationToken cancellationToken)
    {
        if (entry.Type == TarEntryKind.Other) return;
        string directory = OnDisk(() => Place(parent, make: true, own)) ?? throw Refused(entry, "is below something that is no directory");
        string path = Joined(directory, name);
        switch (entry.Type)
        {
            case TarEntryKind.Directory:
                OnDisk(() => AddDirectory(path, entry.Mode));
                break;
            case TarEntryKind.SymbolicLink:
                if (entry.LinkTarget.Length == 0 || entry.LinkTarget.Contains('\0', StringComparison.Ordinal)) throw Refused(entry, "is a link that leads nowhere");
                OnDisk(() =>
                {
                    Delete(path);
                    File.CreateSymbolicLink(Full(path), entry.LinkTarget);
                    places.Clear();
                });
                break;
            case TarEntryKind.HardLink:
                (string targetParent, string targetName) = Split(entry.LinkTarget);
                string? target = targetName.Length == 0 || entry.LinkTarget.Contains('\0', StringComparison.Ordinal) ? null : OnDisk(() => Place(targetParent, make: false, own));
                if (target is null || !TryLink(Joined(target, targetName), path)) throw Refused(entry, $"is a hard link to '{Quoted.OneLine(entry.LinkTarget)}', which is no file of the image");
                break;
            default:
                OnDisk(() => Delete(path));
                await WriteFileAsync(path, entry.Mode, reader, cancellationToken);
                length += entry.Size;
                break;
        }
        for (string made = path; made.Length > 0 && own.Add(made); made = Split(made).Parent) continue;
    }

    private void AddDirectory(string path, int mode)
    {
        if (!IsDirectory(path))
        {
            Delete(path);
            Directory.CreateDirectory(Full(path));
        }
        SetMode(Full(path), (mode & ForAll) | 0b111_000_000);
    }

    private async Task WriteFileAsync(string path, int mode, LayerTarReader reader, CancellationToken cancellationToken)
    {
        FileStream file = OnDisk(() => new FileStream(Full(path), FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0));
        await using (file)
        {
            await reader.CopyContentAsync(
                part =>
                {
                    OnDisk(() => file.Write(part.Span));
                    return ValueTask.CompletedTask;
                },
                cancellationToken);
        }
        int own = 0b110_000_000 | ((mode & ExecuteBits) != 0 ? 0b001_000_000 : 0);
        OnDisk(() => SetMode(Full(path), (mode & ForAll) | own));
    }

    private bool TryLink(string target, string path) => OnDisk(() =>
    {
        var file = new FileInfo(Full(target));
        if (target == path) return file.Exists || file.LinkTarget is not null;
        if (file.LinkTarget is { } link)
        {
            Delete(path);
            File.CreateSymbolicLink(Full(path), link);
            places.Clear();
            return true;
        }
        if (!file.Exists || (file.Attributes & FileAttributes.Device) != 0) return false;
        Delete(path);
        if (OperatingSystem.IsWindows() || NativeLink(Encoding.UTF8.GetBytes(file.FullName + '\0'), Encoding.UTF8.GetBytes(Full(path) + '\0')) != 0)
        {
            // Some file systems have no second names.
            if ((length += file.Length) > limits.MaxLength) throw new InvalidDataException($"it has more than {limits.MaxLength} bytes when unpacked");
            file.CopyTo(Full(path));
        }
        return true;
    });

    /// <summary>Where a directory of the image really is, links followed inside of it; null where it is none.</summary>
    private string? Place(string path, bool make, HashSet<string> own)
    {
        if (path.Length == 0 || places.TryGetValue(path, out _)) return path.Length == 0 ? "" : places[path];
        var left = new Stack<string>(path.Split('/').Reverse());
        string current = "";
        int hops = 0;
        while (left.TryPop(out string? part))
        {
            if (part is "" or ".") continue;
            if (part == "..")
            {
                current = Split(current).Parent;
                continue;
            }
            string next = Joined(current, part);
            if (new FileInfo(Full(next)).LinkTarget is { } link)
            {
                if (++hops > MaxHops || link.Length > 4096) return null;
                if (link.StartsWith('/')) current = "";
                foreach (string step in link.Split('/').Reverse()) left.Push(step);
                continue;
            }
            if (!Directory.Exists(Full(next)))
            {
                if (!make || part.Length > MaxPart) return null;
                // A layer need not say of directories; a file of a lower one gives way to them.
                Delete(next);
                Directory.CreateDirectory(Full(next));
                own.Add(next);
            }
            current = next;
        }
        return places[path] = current;
    }

    private void Delete(string path)
    {
        string full = Full(path);
        if (IsDirectory(path))
        {
            Directory.Delete(full, recursive: true);
            places.Clear();
        }
        else if (new FileInfo(full) is var file && (file.LinkTarget is not null || file.Exists))
        {
            File.Delete(full);
            places.Clear();
        }
    }

    private bool IsDirectory(string path) => Directory.Exists(Full(path)) && new FileInfo(Full(path)).LinkTarget is null;

    private static void SetMode(string file, int mode)
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, (UnixFileMode)mode);
    }

    private static (string Parent, string Name) Split(string path) =>
        path.LastIndexOf('/') is >= 0 and int slash ? (path[..slash], path[(slash + 1)..]) : ("", path);

    private static string Joined(string parent, string name) => parent.Length == 0 ? name : $"{parent}/{name}";

    private static RefusedEntryException Refused(TarEntry entry, string reason) => new(Quoted.OneLine(entry.Name), reason);

    // link(2), which the base class library does not have.
    [DllImport("libc", EntryPoint = "link")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int NativeLink(byte[] target, byte[] path);
}
