using BuildpackTasks.Toml;

namespace BuildpackTasks.Lifecycle;

/// <summary>Reads TOML that somebody else wrote: bounded, and with an error that tells the file, the line and the column.</summary>
internal static class DescriptorToml
{
    /// <summary>The largest descriptors list dependencies: hundreds of kilobytes.</summary>
    public const int MaxLength = 8 << 20;

    /// <summary>Reads a document.</summary>
    /// <param name="toml">The document, UTF-8.</param>
    /// <param name="path">What messages call it.</param>
    /// <param name="malformed">Makes the error of path, reason and cause.</param>
    public static TableReader Read(ReadOnlySpan<byte> toml, string path, Func<string, string, Exception?, LifecycleException> malformed)
    {
        if (toml.Length > MaxLength) throw malformed(path, $"it is larger than {MaxLength >> 20} MiB", null);
        try
        {
            return new TableReader(TomlReader.Read(toml), path, "", malformed);
        }
        catch (TomlException e)
        {
            throw malformed(path, e.Message, e);
        }
    }

    /// <summary>Reads a file that a program or an archive left, or gives null where there is none.</summary>
    /// <param name="path">The file's absolute path.</param>
    /// <param name="maxLength">How long it may be.</param>
    /// <param name="malformed">Makes the error of a reason.</param>
    /// <exception cref="LifecycleException">BPT2003: the file cannot be read. Or the given error: it is too long, or not a file.</exception>
    public static byte[]? ReadFile(string path, int maxLength, Func<string, LifecycleException> malformed)
    {
        try
        {
            var file = new FileInfo(path);
            // A link could lead to what only the user may read.
            if (file.LinkTarget is not null) throw malformed("it is a symbolic link");
            if (!file.Exists) return Directory.Exists(path) ? throw malformed("it is a directory") : null;
            if (file.Length > maxLength) throw malformed($"it is larger than {maxLength >> 10} KiB");
            // Pipes and devices look like empty files, and opening one may wait forever: what is empty is not opened.
            return file.Length == 0 ? [] : File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LifecycleErrors.CannotRead(path, e);
        }
    }
}
