namespace BuildpackTasks.Lifecycle;

/// <summary>Works out what the programs of a phase see, from the settings and from what this machine or a build image has.</summary>
internal sealed class ViewPlanner(BuildViewSettings settings, ScratchDirectory scratch)
{
    // Programs could not run, or would not find what they are told of, with the app in place of one of these.
    private static readonly string[] Taken = ["/bin", "/cnb", "/dev", "/etc", "/layers", "/lib", "/lib32", "/lib64", "/libx32", PlatformDirectory.ProgramPath, "/proc", "/run", "/sbin", "/sys", "/usr"];
    private static readonly string[] TakenWithContent = ["/cnb", "/dev", "/layers", PlatformDirectory.ProgramPath, "/proc", "/sys"];

    private static readonly string[] Devices = ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"];
    private static readonly ViewLink[] DeviceLinks =
    [
        new("/dev/fd", "/proc/self/fd"), new("/dev/stdin", "/proc/self/fd/0"), new("/dev/stdout", "/proc/self/fd/1"), new("/dev/stderr", "/proc/self/fd/2"),
    ];

    // What only root may write there, which is who runs the programs where the build runs as root.
    private static readonly string[] KernelSettings = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

    private readonly ViewTree tree = new();

    /// <summary>The tools that make a view of a build image, which may have none: this machine's, and nothing else of it.</summary>
    public static ViewTree Tools()
    {
        var tree = new ViewTree();
        foreach (string path in SystemDirectories()) tree.AddSystem(path, path);
        // umount(8) looks up there what it unmounts.
        tree.Mount(ViewMountKind.Processes, "proc", "/proc");
        tree.AddDirectory(ViewNamespace.FormerRoot);
        return tree;
    }

    /// <summary>The view on this machine's own system.</summary>
    public ViewTree OfThisMachine()
    {
        foreach (string path in (IEnumerable<string>)[.. SystemDirectories(), "/opt", "/etc"]) tree.AddSystem(path, path);
        tree.AddDirectory(ViewNamespace.FormerRoot);
        int hidden = 0;
        foreach (string path in HiddenFiles.Find(settings.Hidden))
            _ = tree.TryMount(ViewMountKind.Empty, Directory.Exists(path) ? Made($"empty-{++hidden}", isDirectory: true) : Made("nothing", isDirectory: false), path);
        _ = tree.TryMount(ViewMountKind.ReadOnly, Written("passwd", ViewUser.Default.Users), "/etc/passwd");
        _ = tree.TryMount(ViewMountKind.ReadOnly, Written("group", ViewUser.Default.Groups), "/etc/group");
        if (new FileInfo("/etc/resolv.conf").LinkTarget is { } link) MountResolver(Path.GetFullPath(link, "/etc"));
        AddRest();
        return tree;
    }

    /// <summary>The view with a build image as the system.</summary>
    /// <param name="root">Where the image is unpacked.</param>
    public ViewTree OfImage(string root)
    {
        foreach (string name in Directory.EnumerateFileSystemEntries(root).Select(static path => Path.GetFileName(path)).Order(StringComparer.Ordinal))
        {
            if (name is not ("cnb" or "dev" or "layers" or "platform" or "proc" or "sys" or "tmp")) tree.AddSystem($"{root}/{name}", $"/{name}");
        }
        MountResolver("/etc/resolv.conf");
        AddRest();
        return tree;
    }

    private static IEnumerable<string> SystemDirectories() =>
        ["/usr", "/bin", "/sbin", .. Directory.EnumerateFileSystemEntries("/", "lib*").Where(static path => Path.GetFileName(path) is "lib" or "lib32" or "lib64" or "libx32").Order(StringComparer.Ordinal)];

    private void AddRest()
    {
        foreach (string device in Devices.Where(Path.Exists)) tree.Mount(ViewMountKind.Device, device, device);
        foreach (ViewLink link in DeviceLinks) tree.AddLink(link.Path, link.Target);
        tree.Mount(ViewMountKind.Scratch, Made("shm", isDirectory: true), "/dev/shm");
        tree.Mount(ViewMountKind.Processes, "proc", "/proc");
        foreach (string path in KernelSettings.Where(Path.Exists)) tree.Mount(ViewMountKind.KernelSettings, path, path);
        tree.AddDirectory("/run");
        tree.Mount(ViewMountKind.Scratch, Made("tmp", isDirectory: true), "/tmp");
        _ = tree.TryMount(ViewMountKind.Scratch, Made("vartmp", isDirectory: true), "/var/tmp");
        if (!tree.TryMount(ViewMountKind.Scratch, Made("home", isDirectory: true), BuildView.Home)) throw LifecycleErrors.NoPlaceInView(BuildView.Home);

        tree.Mount(ViewMountKind.ReadOnly, scratch.CreatePlatform(settings.UserEnvironment), PlatformDirectory.ProgramPath);
        tree.Mount(ViewMountKind.ReadOnly, Existing(settings.LayersDirectory), "/layers");
        foreach (BuildpackDirectory buildpack in settings.Buildpacks.DistinctBy(static buildpack => buildpack.ProgramPath)) Place(ViewMountKind.ReadOnly, buildpack.Directory, buildpack.ProgramPath);
        // Each program has one of its own mounted there.
        Place(ViewMountKind.ReadOnly, Made("no-exchange", isDirectory: true), BuildView.Exchange);
        AddApp();
    }

    private void AddApp()
    {
        string path = settings.ImageAppDirectory;
        bool isPath = path.StartsWith('/') && path.Length > 1 && path[1..].Split('/').All(static part => part is not ("" or "." or "..")) && !path.Any(char.IsControl);
        bool isFree = isPath && !Taken.Contains(path) && !TakenWithContent.Any(taken => path.StartsWith(taken + "/", StringComparison.Ordinal))
            && !tree.Mounts.Any(mount => mount.Kind != ViewMountKind.System && ((mount.Target == path && mount.Kind != ViewMountKind.Empty) || mount.Target.StartsWith(path + "/", StringComparison.Ordinal)));
        ViewMountKind kind = settings.Phase == ProgramPhase.Build ? ViewMountKind.Writable : ViewMountKind.ReadOnly;
        if (!isFree || !tree.TryMount(kind, Existing(settings.AppDirectory), path)) throw LifecycleErrors.NoPlaceInView(path);
    }

    private void Place(ViewMountKind kind, string source, string target)
    {
        if (!tree.TryMount(kind, Existing(source), target)) throw LifecycleErrors.NoPlaceInView(target);
    }

    // Where names are looked up is often a link to a file of a running service.
    private void MountResolver(string target)
    {
        const string Resolver = "/etc/resolv.conf";
        if (File.ResolveLinkTarget(Resolver, returnFinalTarget: true)?.FullName is var file && File.Exists(file ?? Resolver)) _ = tree.TryMount(ViewMountKind.ReadOnly, file ?? Resolver, target);
    }

    private static string Existing(string directory) => Directory.Exists(directory) ? Path.TrimEndingDirectorySeparator(directory) : throw LifecycleErrors.NoDirectoryForView(directory);

    private string Made(string name, bool isDirectory)
    {
        string path = Path.Join(scratch.Path, name);
        if (isDirectory) Directory.CreateDirectory(path);
        else if (!File.Exists(path)) File.Create(path).Dispose();
        return path;
    }

    private string Written(string name, string text)
    {
        string path = Path.Join(scratch.Path, name);
        File.WriteAllText(path, text);
        return path;
    }
}
