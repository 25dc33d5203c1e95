using System.Text;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Debian;

/// <summary>The files of a run image that no package has: its users, where it looks up names, and the links to <c>/usr</c>.</summary>
internal static class RunImageFiles
{
    /// <summary>The user that processes run as, and its group. The number is the one that .NET's own images use.</summary>
    public const int AppId = 1654;

    private const string Passwd = """
        root:x:0:0:root:/root:/usr/sbin/nologin
        nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
        app:x:1654:1654:app:/home/app:/usr/sbin/nologin

        """;

    private const string Group = """
        root:x:0:
        nogroup:x:65534:
        app:x:1654:

        """;

    private const string NameServices = """
        passwd: files
        group: files
        hosts: files dns
        networks: files
        protocols: files
        services: files

        """;

    /// <summary>The entries that are not among those of the packages.</summary>
    /// <param name="packaged">The entries of the packages.</param>
    public static IEnumerable<LayerEntry> Entries(IReadOnlyCollection<LayerEntry> packaged)
    {
        HashSet<string> present = [.. packaged.Select(static entry => entry.Path)];
        IEnumerable<LayerEntry> own =
        [
            Text("etc/passwd", Passwd),
            Text("etc/group", Group),
            Text("etc/nsswitch.conf", NameServices),
            LayerEntry.ForDirectory("home/app") with { UserId = AppId, GroupId = AppId },
            LayerEntry.ForDirectory("tmp", (UnixFileMode)0b001_111_111_111),
            .. ((string[])["bin", "lib", "lib64", "sbin"])
                .Where(name => name != "lib64" || packaged.Any(static entry => entry.Path.StartsWith("usr/lib64/", StringComparison.Ordinal)))
                .Select(static name => LayerEntry.ForSymbolicLink(name, "usr/" + name)),
            LayerEntry.ForDirectory("usr/bin"),
            LayerEntry.ForDirectory("usr/sbin"),
        ];
        return own.Where(entry => !present.Contains(entry.Path));
    }

    private static LayerEntry Text(string path, string content) =>
        LayerEntry.ForFile(path, FileContent.FromBytes(Encoding.UTF8.GetBytes(content.ReplaceLineEndings("\n"))));
}
