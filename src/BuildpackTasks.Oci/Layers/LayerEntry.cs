namespace BuildpackTasks.Oci;

/// <summary>
/// One path of a layer. Owner, mode and time come from rules, never from the build machine's files.
/// </summary>
public sealed record LayerEntry
{
    /// <summary>
    /// The time of everything in a layer that has no reason for another: 1980-01-01T00:00:01Z (buildpack specification,
    /// "Reproducibility").
    /// </summary>
    public static readonly DateTimeOffset ConstantTime = new(1980, 1, 1, 0, 0, 1, TimeSpan.Zero);

    /// <summary>Permissions of directories and of programs: <c>rwxr-xr-x</c>.</summary>
    public const UnixFileMode ExecutableMode = (UnixFileMode)0b111_101_101;

    /// <summary>Permissions of other files: <c>rw-r--r--</c>.</summary>
    public const UnixFileMode FileMode = (UnixFileMode)0b110_100_100;

    /// <summary>The path in the image, <c>/</c>-separated, without a leading slash: <c>app/wwwroot/site.css</c>.</summary>
    public required string Path { get; init; }

    /// <summary>What the entry is.</summary>
    public required LayerEntryType Type { get; init; }

    /// <summary>The permission bits, with setuid, setgid and sticky.</summary>
    public required UnixFileMode Mode { get; init; }

    /// <summary>The numeric owner.</summary>
    public int UserId { get; init; }

    /// <summary>The numeric group.</summary>
    public int GroupId { get; init; }

    /// <summary>When the entry says it was changed last; whole seconds, UTC.</summary>
    public DateTimeOffset Time { get; init; } = ConstantTime;

    /// <summary>A file's bytes; null for anything else.</summary>
    public FileContent? Content { get; init; }

    /// <summary>A symbolic link's target, as written; null for anything else.</summary>
    public string? LinkTarget { get; init; }

    /// <summary>A directory.</summary>
    /// <param name="path">Its path in the image.</param>
    /// <param name="mode">Its permissions.</param>
    public static LayerEntry ForDirectory(string path, UnixFileMode mode = ExecutableMode) =>
        new() { Path = path, Type = LayerEntryType.Directory, Mode = mode };

    /// <summary>A file.</summary>
    /// <param name="path">Its path in the image.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="mode">Its permissions.</param>
    public static LayerEntry ForFile(string path, FileContent content, UnixFileMode mode = FileMode) =>
        new() { Path = path, Type = LayerEntryType.File, Mode = mode, Content = content };

    /// <summary>A symbolic link.</summary>
    /// <param name="path">Its path in the image.</param>
    /// <param name="target">What it points to, as written.</param>
    public static LayerEntry ForSymbolicLink(string path, string target) =>
        new() { Path = path, Type = LayerEntryType.SymbolicLink, Mode = (UnixFileMode)0b111_111_111, LinkTarget = target };
}
