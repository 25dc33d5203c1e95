using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>The system's programs that make a view and start programs in it. They are all of util-linux, but for the shell.</summary>
internal sealed record ViewTools(string Unshare, string Enter, string NewSession, string Shell, string SearchPath)
{
    // What only root uses is often not on a user's PATH.
    private const string SystemDirectories = "/usr/sbin:/sbin";

    /// <summary>Finds them.</summary>
    /// <param name="searchPath">A value for <c>PATH</c>.</param>
    /// <exception cref="LifecycleException">BPT2151: one is not installed.</exception>
    public static ViewTools Find(string searchPath)
    {
        string Require(string name, string where, string package) =>
            SystemProgram.Find(name, where) ?? throw LifecycleErrors.MissingViewTool(name, package);

        string all = searchPath.Length == 0 ? SystemDirectories : $"{searchPath}:{SystemDirectories}";
        Require("mount", searchPath, "mount, or util-linux,");
        Require("umount", searchPath, "mount, or util-linux,");
        Require("pivot_root", all, "util-linux");
        return new ViewTools(Require("unshare", searchPath, "util-linux"), Require("nsenter", searchPath, "util-linux"), Require("setsid", searchPath, "util-linux"), "/bin/sh", all);
    }
}
