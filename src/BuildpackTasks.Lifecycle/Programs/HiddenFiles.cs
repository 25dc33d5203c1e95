namespace BuildpackTasks.Lifecycle;

/// <summary>What of the machine's <c>/etc</c> programs do not see: what is kept from other users, and where credentials are kept.</summary>
internal static class HiddenFiles
{
    private const UnixFileMode ForAll = UnixFileMode.OtherRead;

    private static readonly string[] Known =
    [
        "/etc/.git-credentials", "/etc/apt/auth.conf", "/etc/apt/auth.conf.d", "/etc/containers/auth.json", "/etc/docker", "/etc/group-",
        "/etc/gshadow", "/etc/gshadow-", "/etc/krb5.keytab", "/etc/kubernetes", "/etc/letsencrypt", "/etc/netrc", "/etc/NetworkManager",
        "/etc/openvpn", "/etc/passwd-", "/etc/rancher", "/etc/shadow", "/etc/shadow-", "/etc/ssh", "/etc/ssl/private", "/etc/subgid",
        "/etc/subuid", "/etc/sudoers", "/etc/sudoers.d", "/etc/wireguard",
    ];

    /// <summary>Absolute paths, sorted.</summary>
    /// <param name="more">What else is hidden; only what is in <c>/etc</c> or <c>/opt</c>, or in a directory of <c>/usr</c>, counts.</param>
    public static IReadOnlyList<string> Find(IEnumerable<string> more)
    {
        var found = new SortedSet<string>(Known.Where(Path.Exists), StringComparer.Ordinal);
        // Root's programs are root's also in a view: the mode that keeps others out would let them in.
        if (Environment.IsPrivilegedProcess) AddPrivate("/etc", 2, found);
        foreach (string path in more.Where(Path.Exists).Select(static path => Resolved(path.TrimEnd('/'))))
        {
            // Some users of the system's own have a directory of it as their home, which programs need.
            if (path.Split('/') is ["", "etc" or "opt", _, ..] or ["", "usr", _, _, ..]) found.Add(path);
        }
        return [.. found];
    }

    // What a link leads to is what can be seen.
    private static string Resolved(string path) => path.Length == 0 ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;

    private static void AddPrivate(string directory, int depth, SortedSet<string> found)
    {
        foreach (FileSystemInfo entry in new DirectoryInfo(directory).EnumerateFileSystemInfos())
        {
            if ((entry.Attributes & FileAttributes.ReparsePoint) != 0) continue;
            if (!OperatingSystem.IsWindows() && (entry.UnixFileMode & ForAll) == 0) found.Add(entry.FullName);
            else if (depth > 1 && entry is DirectoryInfo) AddPrivate(entry.FullName, depth - 1, found);
        }
    }
}
