namespace BuildpackTasks.Lifecycle;

/// <summary>What of the machine's system programs do not see: what is kept from other users, and where credentials are kept.</summary>
internal static class HiddenFiles
{
    // Enough for any system; a directory with more is one of data, and is looked through as far as that.
    private const int MaxEntries = 100_000;

    private const UnixFileMode Enter = UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private static readonly EnumerationOptions All = new() { AttributesToSkip = 0, IgnoreInaccessible = true };

    private static readonly string[] Known =
    [
        "/etc/.git-credentials", "/etc/apt/auth.conf", "/etc/apt/auth.conf.d", "/etc/containers/auth.json", "/etc/docker", "/etc/group-",
        "/etc/gshadow", "/etc/gshadow-", "/etc/krb5.keytab", "/etc/kubernetes", "/etc/letsencrypt", "/etc/netrc", "/etc/NetworkManager",
        "/etc/openvpn", "/etc/passwd-", "/etc/pki/tls/private", "/etc/rancher", "/etc/shadow", "/etc/shadow-", "/etc/ssh", "/etc/ssl/private",
        "/etc/subgid", "/etc/subuid", "/etc/sudoers", "/etc/sudoers.d", "/etc/wireguard",
    ];

    /// <summary>Absolute paths, sorted; none is in another.</summary>
    /// <param name="more">What else is hidden; only what is in <c>/etc</c> or <c>/opt</c>, or in a directory of <c>/usr</c>, counts.</param>
    public static IReadOnlyList<string> Find(IEnumerable<string> more)
    {
        var found = new SortedSet<string>(Known.Where(Path.Exists), StringComparer.Ordinal);
        // Root's programs are root's also in a view: the mode that keeps others out would let them in.
        if (Environment.IsPrivilegedProcess)
        {
            foreach (string directory in (string[])["/etc", "/opt", "/usr/local"]) AddPrivate(directory, found);
        }
        foreach (string path in more.Where(Path.Exists).Select(static path => Resolved(path.TrimEnd('/'))))
        {
            // Some users of the system's own have a directory of it as their home, which programs need.
            if (path.Split('/') is ["", "etc" or "opt", _, ..] or ["", "usr", _, _, ..]) found.Add(path);
        }
        return [.. found.Where(path => !found.Any(other => path.StartsWith(other + "/", StringComparison.Ordinal)))];
    }

    // What a link leads to is what can be seen.
    private static string Resolved(string path) => path.Length == 0 ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;

    private static void AddPrivate(string root, SortedSet<string> found)
    {
        if (OperatingSystem.IsWindows() || new DirectoryInfo(root) is not { Exists: true, LinkTarget: null }) return;
        // What is near the root first: credentials of a machine are rarely deep.
        var directories = new Queue<string>([root]);
        int seen = 0;
        while (directories.TryDequeue(out string? directory))
        {
            try
            {
                foreach (FileSystemInfo entry in new DirectoryInfo(directory).EnumerateFileSystemInfos("*", All))
                {
                    if (++seen > MaxEntries) return;
                    if ((entry.Attributes & FileAttributes.ReparsePoint) != 0) continue;
                    UnixFileMode asked = entry is DirectoryInfo ? Enter : UnixFileMode.OtherRead;
                    if ((entry.UnixFileMode & asked) != asked) found.Add(entry.FullName);
                    else if (entry is DirectoryInfo) directories.Enqueue(entry.FullName);
                }
            }
            catch (Exception e) when (e is DirectoryNotFoundException or FileNotFoundException)
            {
                // It was removed meanwhile.
            }
        }
    }
}
