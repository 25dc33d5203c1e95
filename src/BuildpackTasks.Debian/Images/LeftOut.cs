namespace BuildpackTasks.Debian;

/// <summary>
/// Files of packages that no process in an image reads. <c>docs/run-images.md</c> lists them. Licences stay: a package's
/// <c>copyright</c> file goes where the package goes.
/// </summary>
internal static class LeftOut
{
    private static readonly string[] Directories =
    [
        "etc/ca-certificates",
        "etc/skel",
        "etc/update-motd.d",
        "usr/share/base-files",
        "usr/share/bash-completion",
        "usr/share/bug",
        "usr/share/ca-certificates",
        "usr/share/doc-base",
        "usr/share/gcc",
        "usr/share/gdb",
        "usr/share/info",
        "usr/share/lintian",
        "usr/share/locale",
        "usr/share/man",
        "usr/share/menu",
        "usr/sbin/update-ca-certificates",
    ];

    /// <summary>Whether a path is left out.</summary>
    /// <param name="file">What a package has, at its path in the image.</param>
    public static bool Contains(PackagedFile file)
    {
        string path = file.Path;
        if (Directories.Any(directory => path == directory || (path.StartsWith(directory, StringComparison.Ordinal) && path[directory.Length] == '/'))) return true;
        string[] parts = path.Split('/');
        return parts switch
        {
            // The conversions of iconv, which .NET does not use.
            ["usr", "lib", _, "gconv", ..] => true,
            // Packages built from one source often share one directory by a link to it.
            ["usr", "share", "doc", _] => file.LinkTarget is null,
            ["usr", "share", "doc", _, "copyright"] => false,
            ["usr", "share", "doc", _, ..] => true,
            _ => false,
        };
    }
}
