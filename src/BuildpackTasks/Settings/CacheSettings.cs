using System.Globalization;
using BuildpackTasks.Oci;

namespace BuildpackTasks;

/// <summary>Where the layer cache is and how large it may be.</summary>
internal static class CacheSettings
{
    private const long DefaultMaxSize = 10L << 30;

    /// <summary>The cache that the properties name, or the user's.</summary>
    /// <param name="directory"><c>ImageCacheDirectory</c>, or empty.</param>
    /// <param name="maxSize"><c>ImageCacheMaxSize</c>: bytes, or a number with K, M or G; or empty.</param>
    /// <param name="projectDirectory">What a relative directory is relative to.</param>
    /// <param name="note">Told of what was damaged in it.</param>
    /// <exception cref="TaskException">BPT5014: the size is not one.</exception>
    public static LayerCache Open(string? directory, string? maxSize, string projectDirectory, Action<string> note) =>
        new(Directory(directory, projectDirectory), MaxSize(maxSize), note: note);

    /// <summary>The repository that shares layers.</summary>
    /// <param name="text"><c>ImageCacheRepository</c>.</param>
    /// <exception cref="TaskException">BPT5014: the text is not one.</exception>
    public static ImageReference Repository(string text) =>
        ImageReference.TryParse(text, out ImageReference? reference) && reference is { Tag: null, Digest: null }
            ? reference
            : throw TaskErrors.BadValue("ImageCacheRepository", text, "a repository with its registry and without a tag, such as registry.example.com/team/cache");

    internal static long MaxSize(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return DefaultMaxSize;
        string number = text.Trim();
        int shift = char.ToUpperInvariant(number[^1]) switch { 'K' => 10, 'M' => 20, 'G' => 30, _ => 0 };
        if (shift > 0) number = number[..^1];
        return long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long size) && size > 0 && size <= long.MaxValue >> shift
            ? size << shift
            : throw TaskErrors.BadValue("ImageCacheMaxSize", text, "a number of bytes, or a number with K, M or G, such as 10G");
    }

    /// <summary>The directory of the cache, as an absolute path.</summary>
    /// <param name="directory"><c>ImageCacheDirectory</c>, or empty.</param>
    /// <param name="projectDirectory">What a relative directory is relative to.</param>
    internal static string Directory(string? directory, string projectDirectory)
    {
        if (!string.IsNullOrWhiteSpace(directory)) return Path.GetFullPath(directory, projectDirectory);
        string? home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify);
        string root = OperatingSystem.IsWindows()
            ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify)
            : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches")
            : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache && Path.IsPathRooted(cache) ? cache
            : Path.Combine(home, ".cache");
        // A user without a home (a daemon's, a container's) still has a temporary directory.
        return Path.IsPathRooted(root) ? Path.Combine(root, "buildpacktasks") : Path.Combine(Path.GetTempPath(), "buildpacktasks");
    }
}
