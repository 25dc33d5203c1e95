using System.Text;

namespace BuildpackTasks.Lifecycle;

/// <summary>Writes what is to be mounted as a file that <c>mount --all --fstab</c> carries out (fstab(5)): one process for all of it.</summary>
internal static class MountFile
{
    /// <summary>The file's text.</summary>
    /// <param name="root">The directory that becomes the root, on this machine.</param>
    /// <param name="trees">What is mounted; the root of the first is <paramref name="root"/>.</param>
    /// <param name="machine">The machine's mounts.</param>
    public static string Text(string root, IEnumerable<MountedTree> trees, HostMounts machine)
    {
        var text = new StringBuilder();
        // What becomes the root has to be a mount itself.
        Add(text, root, root, Options("bind", machine.Of(root), writable: false));
        foreach (MountedTree tree in trees)
        {
            foreach (ViewMount mount in tree.Mounts) Add(text, tree.Root, mount, machine);
        }
        return text.ToString();
    }

    /// <summary>What mounts more.</summary>
    /// <param name="root">The view's root on this machine.</param>
    /// <param name="mounts">What is mounted.</param>
    /// <param name="machine">The machine's mounts.</param>
    public static string Text(string root, IEnumerable<ViewMount> mounts, HostMounts machine)
    {
        var text = new StringBuilder();
        foreach (ViewMount mount in mounts) Add(text, root, mount, machine);
        return text.ToString();
    }

    private static void Add(StringBuilder text, string root, ViewMount mount, HostMounts machine)
    {
        string target = root + mount.Target;
        switch (mount.Kind)
        {
            case ViewMountKind.Processes:
                Add(text, "proc", target, "nosuid,nodev,noexec", "proc");
                break;
            case ViewMountKind.KernelSettings:
                Add(text, target, target, "bind,ro,nosuid,nodev,noexec");
                break;
            case ViewMountKind.Device:
                Add(text, mount.Source, target, "bind");
                break;
            default:
                bool writable = mount.Kind is ViewMountKind.Writable or ViewMountKind.Scratch;
                // With all that is mounted in it: in a user namespace nothing else is allowed. The option for read-only does not reach
                // those, so that each of them is mounted once more.
                Add(text, mount.Source, target, Options("rbind", machine.Of(mount.Source), writable));
                foreach (HostMount below in machine.Below(mount.Source))
                    Add(text, below.Path, target + below.Path[mount.Source.TrimEnd('/').Length..], Options("rbind", below, writable));
                break;
        }
    }

    // Programs get no rights from a file's mode, and what the machine's mount forbids has to stay forbidden.
    private static string Options(string bind, HostMount? source, bool writable)
    {
        string options = $"{bind},{(writable && source?.Options.Contains("ro") != true ? "rw" : "ro")},nosuid,nodev";
        return source?.Options.Contains("noexec") == true ? options + ",noexec" : options;
    }

    private static void Add(StringBuilder text, string source, string target, string options, string type = "none") =>
        text.Append(Escape(source)).Append(' ').Append(Escape(target)).Append(' ').Append(type).Append(' ').Append(options).Append(" 0 0\n");

    private static string Escape(string path) => path
        .Replace("\\", "\\134", StringComparison.Ordinal).Replace(" ", "\\040", StringComparison.Ordinal)
        .Replace("\t", "\\011", StringComparison.Ordinal).Replace("\n", "\\012", StringComparison.Ordinal).Replace("#", "\\043", StringComparison.Ordinal);
}
