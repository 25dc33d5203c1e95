using System.Globalization;
using System.Text;

namespace BuildpackTasks.Oci;

/// <summary>
/// Writes what a tar holds into an empty directory, whoever made the tar: files, directories and links that stay inside. Files are
/// 0644 or 0755, directories 0755. Nothing is ever written through a link, because nothing may be below one. A tar of our own is written
/// as it is.
/// </summary>
/// <param name="directory">The directory, as an absolute path.</param>
/// <param name="limits">How much there may be.</param>
/// <param name="below">Only what is below this path of the tar is written, relative to it; empty for everything.</param>
internal sealed class TreeUnpacker(string directory, UnpackLimits limits, string below)
    : TreeWriter(directory)
{
    private const int MaxPath = 1024;
    private const int MaxPart = 255;
    private const int SetUserOrGroupId = 0b110_000_000_000;
    private const int ExecuteBits = 0b001_001_001;
    private const int PermissionBits = 0b111_111_111;

    private readonly TreeLinks tree = new();

    // What a file system that ignores case would take for one and the same; what is our own was on this one.
    private readonly Dictionary<string, string> folded = new(limits.IsOwn ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase);
    private readonly byte[] copyBuffer = new byte[64 * 1024];
    private long length;

    /// <summary>Unpacks a tar.</summary>
    /// <param name="tar">The tar; read to its end.</param>
    /// <param name="isWhole">Whether a digest tells that nothing is missing; otherwise an archive without entries, or without an end, was cut off.</param>
    /// <param name="cancellationToken">Stops the unpacking.</param>
    /// <returns>About how many bytes it takes on a disk.</returns>
    /// <exception cref="RefusedEntryException">An entry is not what it may be.</exception>
    /// <exception cref="InvalidDataException">It is not a tar, or there is too much of it.</exception>
    /// <exception cref="EndOfStreamException">It is cut off.</exception>
    public async Task<long> UnpackAsync(Stream tar, bool isWhole, CancellationToken cancellationToken)
    {
        var reader = new LayerTarReader(tar, limits.MaxLength);
        int count = 0;
        while (await reader.ReadNextAsync(cancellationToken) is { } entry)
        {
            if (++count > limits.MaxEntries) throw new InvalidDataException($"it has more than {limits.MaxEntries} entries");
            if (Place(entry) is { } path) await WriteAsync(entry, path, reader, cancellationToken);
        }
        if (count == 0 && !isWhole) throw new InvalidDataException("it is empty");
        if (!reader.HasEnd && !isWhole) throw new EndOfStreamException();
        await reader.DrainAsync(cancellationToken);
        if (!limits.IsOwn)
        {
            foreach ((string link, string reason) in tree.LinksOut()) throw Refused(below.Length > 0 ? $"{below}/{link}" : link, reason);
        }
        return length + 4096L * folded.Count;
    }

    /// <summary>Where an entry goes, relative to the directory; null where it is left out.</summary>
    private string? Place(TarEntry entry)
    {
        string name = entry.Name;
        // In a layer all paths start at the image's root, and many writers say so; an archive of a directory has no such root.
        if (name.StartsWith('/') && below.Length == 0) throw Refused(name, "is an absolute path");
        if (name.Split('/').Contains("..")) throw Refused(name, "leads out of it");
        string path = entry.Path;
        if (name.Length > MaxPath || path.Contains('\0', StringComparison.Ordinal)) throw Refused(name, "has a name that is too long or is none");
        if (path.Length == 0) return null;
        if (below.Length > 0)
        {
            if (!path.StartsWith(below + "/", StringComparison.Ordinal)) return null;
            path = path[(below.Length + 1)..];
        }
        foreach (string part in path.Split('/'))
        {
            // Some file systems take a letter and its accent for the one character that stands for both.
            if (!limits.IsOwn && part.Any(IsCombining)) throw Refused(name, "is written with combining characters, which not every file system keeps as they are");
            if (!limits.IsOwn && !IsName(part)) throw Refused(name, "has a name that is too long or is none");
            // What a layer removes from those below it is not in it.
            if (below.Length > 0 && part.StartsWith(".wh.", StringComparison.Ordinal)) return null;
        }
        return path;
    }

    private async Task WriteAsync(TarEntry entry, string path, LayerTarReader reader, CancellationToken cancellationToken)
    {
        if (entry.Type == TarEntryKind.Other) throw Refused(entry.Name, "is a device, a pipe or something else that is neither file, directory nor link");
        AddDirectories(path.LastIndexOf('/') is > 0 and int slash ? path[..slash] : "", entry);
        if (entry.Type == TarEntryKind.Directory)
        {
            AddDirectories(path, entry);
            return;
        }
        if (!limits.IsOwn && (entry.Mode & SetUserOrGroupId) != 0 && entry.Type == TarEntryKind.File) throw Refused(entry.Name, "would run as another user (setuid or setgid)");
        switch (entry.Type)
        {
            case TarEntryKind.SymbolicLink:
                if (entry.LinkTarget.Length is 0 or > MaxPath || (!limits.IsOwn && !IsText(entry.LinkTarget))) throw Refused(entry.Name, "is a link that leads nowhere");
                Claim(path, entry);
                tree.AddLink(path, entry.LinkTarget);
                OnDisk(() => File.CreateSymbolicLink(Full(path), entry.LinkTarget));
                break;
            case TarEntryKind.HardLink:
                if (!IsText(entry.LinkTarget)) throw Refused(entry.Name, "is a hard link that leads out of it");
                string original = below.Length > 0 && entry.LinkTarget.StartsWith(below + "/", StringComparison.Ordinal) ? entry.LinkTarget[(below.Length + 1)..] : entry.LinkTarget;
                if ((below.Length > 0 && original == entry.LinkTarget) || !tree.IsFile(original)) throw Refused(entry.Name, $"is a hard link to '{Quoted.OneLine(entry.LinkTarget)}', which is no file before it in the archive");
                Claim(path, entry);
                await CopyAsync(original, path, entry, cancellationToken);
                tree.AddFile(path);
                break;
            default:
                Claim(path, entry);
                await WriteFileAsync(path, entry.Mode, write => reader.CopyContentAsync(write, cancellationToken));
                tree.AddFile(path);
                length += entry.Size;
                break;
        }
    }

    private void AddDirectories(string path, TarEntry entry)
    {
        if (path.Length == 0 || tree.IsDirectory(path)) return;
        AddDirectories(path.LastIndexOf('/') is > 0 and int slash ? path[..slash] : "", entry);
        Claim(path, entry);
        tree.AddDirectory(path);
        OnDisk(() =>
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(Full(path));
            else Directory.CreateDirectory(Full(path), LayerEntry.ExecutableMode);
        });
    }

    private void Claim(string path, TarEntry entry)
    {
        string other = folded.TryGetValue(path, out string? present) ? present : path;
        if (other != path) throw Refused(entry.Name, $"differs from '{Quoted.OneLine(other)}' only in case");
        if (present is not null) throw Refused(entry.Name, "is there twice, or is below something that is no directory");
        folded.Add(path, path);
    }

    private async Task WriteFileAsync(string path, int mode, Func<Func<ReadOnlyMemory<byte>, ValueTask>, Task> content)
    {
        FileStream file = OnDisk(() => new FileStream(Full(path), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0));
        await using (file)
        {
            await content(part =>
            {
                OnDisk(() => file.Write(part.Span));
                return ValueTask.CompletedTask;
            });
            // Whatever the umask is: others than who unpacked it may run it.
            OnDisk(() =>
            {
                if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file.SafeFileHandle, limits.IsOwn ? (UnixFileMode)(mode & PermissionBits) : (mode & ExecuteBits) != 0 ? LayerEntry.ExecutableMode : LayerEntry.FileMode);
            });
        }
    }

    // A second name of a file costs a few bytes in the archive and its whole length on the disk.
    private async Task CopyAsync(string original, string path, TarEntry entry, CancellationToken cancellationToken)
    {
        await using FileStream source = OnDisk(() => new FileStream(Full(original), FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0));
        if ((length += source.Length) > limits.MaxLength) throw new InvalidDataException($"it has more than {limits.MaxLength} bytes when unpacked");
        int mode = OperatingSystem.IsWindows() ? entry.Mode : (int)File.GetUnixFileMode(source.SafeFileHandle);
        await WriteFileAsync(path, mode, async write =>
        {
            while (await source.ReadAsync(copyBuffer, cancellationToken) is > 0 and int read) await write(copyBuffer.AsMemory(0, read));
        });
    }

    private static bool IsName(string part) =>
        Encoding.UTF8.GetByteCount(part) <= MaxPart && IsText(part)
        && (!OperatingSystem.IsWindows() || (part.IndexOfAny(Path.GetInvalidFileNameChars()) < 0 && !part.EndsWith('.') && !part.EndsWith(' ')));

    // Decided by the character alone: whether names could be normalized here depends on the machine's libraries.
    private static bool IsCombining(char character) =>
        character > '\u02ff' && CharUnicodeInfo.GetUnicodeCategory(character) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    // A backslash separates directories elsewhere; the replacement character stands for bytes that are no text.
    private static bool IsText(string text)
    {
        foreach (char character in text)
        {
            if (character is '\\' or '\uFFFD' || char.IsControl(character) || CharUnicodeInfo.GetUnicodeCategory(character) == UnicodeCategory.Format) return false;
        }
        return true;
    }

    private static RefusedEntryException Refused(string entry, string reason) => new(Quoted.OneLine(entry), reason);
}
