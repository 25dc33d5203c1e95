using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>The files of an <c>ImageLayer</c> item, as they are in the image: owned by root, their modes decided by what they hold.</summary>
internal static class ImageLayerFiles
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false, ReturnSpecialDirectories = false };

    /// <summary>Reads what there is.</summary>
    /// <param name="source">The item.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="LifecycleException">BPT2185, BPT2186, BPT2188; BPT2003: something cannot be read.</exception>
    public static IReadOnlyList<LayerEntry> Read(ImageLayerSource source, CancellationToken cancellationToken)
    {
        string target = Target(source);
        var entries = new List<LayerEntry>();
        try
        {
            if (Directory.Exists(source.Source)) ReadDirectory(source, source.Source, target, entries, cancellationToken);
            else if (!File.Exists(source.Source)) throw LifecycleErrors.NoImageLayerSource(source);
            else if (target.Length == 0) throw LifecycleErrors.BadImageLayerTarget(source);
            else entries.Add(FileAt(target, source.Source, source));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LifecycleErrors.CannotRead(source.Source, e);
        }
        return entries.Count > 0 ? entries : throw LifecycleErrors.NoImageLayerSource(source);
    }

    /// <summary>The path in the image, without a leading slash; empty for the root.</summary>
    private static string Target(ImageLayerSource source)
    {
        string path = source.TargetPath;
        if (path.EndsWith('/') && File.Exists(source.Source)) path += Path.GetFileName(source.Source);
        if (!path.StartsWith('/') || path.Contains('\0', StringComparison.Ordinal)) throw LifecycleErrors.BadImageLayerTarget(source);
        string[] parts = [.. path.Split('/').Where(static part => part.Length > 0)];
        return parts.Any(static part => part is "." or "..") ? throw LifecycleErrors.BadImageLayerTarget(source) : string.Join('/', parts);
    }

    private static void ReadDirectory(ImageLayerSource source, string directory, string target, List<LayerEntry> entries, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        foreach (FileSystemInfo item in new DirectoryInfo(directory).EnumerateFileSystemInfos("*", Everything))
        {
            string path = target.Length == 0 ? item.Name : $"{target}/{item.Name}";
            if (item.LinkTarget is { } link)
            {
                entries.Add(LayerEntry.ForSymbolicLink(path, LinkInside(source, item, link)));
            }
            else if (item is DirectoryInfo)
            {
                entries.Add(LayerEntry.ForDirectory(path));
                ReadDirectory(source, item.FullName, path, entries, cancellationToken);
            }
            else
            {
                entries.Add(FileAt(path, item.FullName, source));
            }
        }
    }

    private static LayerEntry FileAt(string path, string file, ImageLayerSource source)
    {
        if (new FileInfo(file).Length == 0 && SpecialFiles.KindOf(file) != WrittenFileKind.File) throw LifecycleErrors.NotForImageLayer(source, file, "is a pipe, a socket or a device");
        return LayerEntry.ForFile(path, FileContent.FromFile(file), IsProgram(file) ? LayerEntry.ExecutableMode : LayerEntry.FileMode);
    }

    private static string LinkInside(ImageLayerSource source, FileSystemInfo link, string target)
    {
        string root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(source.Source));
        string full = Path.GetFullPath(target, Path.GetDirectoryName(link.FullName)!);
        bool isInside = !Path.IsPathRooted(target) && (full == root || full.StartsWith(root + Path.DirectorySeparatorChar, StringComparison.Ordinal));
        return isInside ? target.Replace(Path.DirectorySeparatorChar, '/') : throw LifecycleErrors.NotForImageLayer(source, link.FullName, $"is a link that leads out of it, to '{target}'");
    }

    // What a package was unpacked to has no modes that mean anything, and on some hosts nothing has: the bytes say what is executed.
    private static bool IsProgram(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        Span<byte> head = stackalloc byte[4];
        int length = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        return head[..length].StartsWith("#!"u8) || head[..length].SequenceEqual("\u007fELF"u8);
    }
}
