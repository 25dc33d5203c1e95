namespace BuildpackTasks.Lifecycle;

/// <summary>
/// Runs programs in views of their own: each in new namespaces, in which the system is read-only, the app, the layers, the buildpacks
/// and the platform directory are where the image and the specification have them, and nothing else of the machine can be seen.
/// </summary>
internal sealed class BuildView : ProgramRunner
{
    /// <summary>The home of the user whom programs run as.</summary>
    public const string Home = "/home/cnb";

    /// <summary>Where files are exchanged with programs.</summary>
    public const string Exchange = "/cnb/exchange";

    private const string Layers = "/layers";
    private const string EnvironmentProgram = "/usr/bin/env";

    private readonly ScratchDirectory scratch;
    private readonly ViewTools tools;
    private readonly ViewTree tree;
    private readonly ViewUser user;
    private readonly string imageRoot;
    private readonly IReadOnlyList<MountedTree> trees;
    private readonly bool usualMask;
    private readonly PreparedViews prepared;
    private int count;

    private BuildView(BuildViewSettings settings, BuildImageRoot? image, ViewTools tools, ScratchDirectory scratch)
        : base(settings)
    {
        (this.scratch, this.tools) = (scratch, tools);
        var planner = new ViewPlanner(settings, scratch);
        string root = scratch.CreateDirectory("root");
        if (image is null)
        {
            (imageRoot, user) = ("", ViewUser.Default);
            tree = planner.OfThisMachine();
            tree.WriteTo(root);
            trees = [new MountedTree(root, tree.Mounts)];
        }
        else
        {
            (imageRoot, user) = (ViewNamespace.ImageRoot, image.User);
            ViewTree system = ViewPlanner.Tools();
            tree = planner.OfImage(image.Directory);
            system.WriteTo(root);
            tree.WriteTo(root + imageRoot);
            trees = [new MountedTree(root, system.Mounts), new MountedTree(root + imageRoot, tree.Mounts)];
        }
        prepared = new PreparedViews([.. settings.Buildpacks.Select(LayersOf)], () => scratch.CreateDirectory($"exchange-{Guid.NewGuid():N}"), Start);
        usualMask = File.ReadLines("/proc/self/status").Contains("Umask:\t0022");
    }

    /// <inheritdoc/>
    public override string HomePath => Home;

    private string Root => Path.Join(scratch.Path, "root");

    /// <summary>Prepares the views, and tries whether the machine allows them.</summary>
    public static async Task<BuildView> OpenAsync(BuildViewSettings settings, BuildImageRoot? image, CancellationToken cancellationToken)
    {
        ViewTools tools = ViewTools.Find(settings.SearchPath);
        ScratchDirectory scratch = ScratchDirectory.Create(settings.ScratchDirectory);
        BuildView? view = null;
        try
        {
            view = new BuildView(settings, image, tools, scratch);
            view.prepared.Open(cancellationToken);
            return view;
        }
        catch (Exception e)
        {
            if (view is not null) await view.DisposeAsync();
            else scratch.Dispose();
            if (e is IOException or UnauthorizedAccessException) throw LifecycleErrors.ViewRefused(e.Message, e);
            throw;
        }
    }

    /// <inheritdoc/>
    public override ProgramExchange CreateExchange() => new(prepared.Assign(), Exchange);

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await prepared.DisposeAsync();
        scratch.Dispose();
    }

    private protected override async Task<int> RunCheckedAsync(ProgramStart start, Action<string> line, CancellationToken cancellationToken)
    {
        string? layers = LayersOf(start);
        string? exchange = start.Exchange?.Directory;
        ViewNamespace space = await prepared.TakeAsync(layers, exchange)
            ?? await Task.Factory.StartNew(() => Start(layers, exchange, cancellationToken), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await using (space)
        {
            (string enter, IReadOnlyList<string> arguments) = space.Enter(tools, imageRoot, start.WorkingDirectory);
            // In a session of its own it has no terminal, into which it could type what a shell runs later (TIOCSTI).
            // The linker's variables would change the program that enters the view, before it is there.
            string[] late = [.. start.Environment.Keys.Where(static name => name.StartsWith("LD_", StringComparison.Ordinal) || name == "GLIBC_TUNABLES").Order(StringComparer.Ordinal)];
            if (FindFile(EnvironmentProgram) is null) late = [];
            var environment = new Dictionary<string, string>(start.Environment);
            foreach (string name in late) environment.Remove(name);
            List<string> command = [.. arguments];
            if (!usualMask && FindFile("/bin/sh") is not null) command.AddRange(["/bin/sh", "-c", "umask 022; exec \"$@\"", "sh"]);
            if (late.Length > 0) command.AddRange(late.Select(name => $"{name}={start.Environment[name]}").Prepend(EnvironmentProgram));
            using var program = RunningProgram.Start(tools.NewSession, [enter, .. command, start.Path, .. start.Arguments], environment, "/", line);
            try
            {
                await WaitAsync(program, cancellationToken);
                if (space.WasEnded) throw LifecycleErrors.ViewEnded(BuildpackOf(start), ProgramOf(start));
            }
            finally
            {
                // Also what the program left running ends here, and lets go of what it writes to.
                await space.DisposeAsync();
                if (!program.Output.IsFaulted) await program.FinishAsync(LastWords);
            }
            return program.ExitCode;
        }
    }

    private protected override string? FindFile(string path) => tree.Find(path);

    // The only layers that a program may change are its own, which it is told by a variable (buildpack specification, "Build").
    private string? LayersOf(ProgramStart start) =>
        Settings.Phase == ProgramPhase.Build && start.Environment.GetValueOrDefault("CNB_LAYERS_DIR") is { } layers
        && layers.Split('/') is ["", "layers", not ("" or "." or "..")] && FindFile(layers) is not null ? layers : null;

    private string? LayersOf(BuildpackDirectory buildpack)
    {
        if (Settings.Phase != ProgramPhase.Build) return null;
        // Before its view, in which it is mounted.
        Directory.CreateDirectory(Path.Join(Settings.LayersDirectory, buildpack.Id.DirectoryName));
        return $"{Layers}/{buildpack.Id.DirectoryName}";
    }

    private ViewNamespace Start(string? layers, string? exchange, CancellationToken cancellationToken)
    {
        var own = new List<ViewMount>();
        if (layers is not null) own.Add(new ViewMount(ViewMountKind.Writable, Settings.LayersDirectory.TrimEnd('/') + layers[Layers.Length..], layers));
        if (exchange is not null) own.Add(new ViewMount(ViewMountKind.Writable, exchange, Exchange));
        for (bool again = false; ; again = true)
        {
            string file = Path.Join(scratch.Path, $"mounts-{Interlocked.Increment(ref count)}");
            HostMounts machine = HostMounts.Read();
            // Nothing can be mounted over a file that somebody has removed.
            string mounts = MountFile.Text(Root, trees.Select(static tree => new MountedTree(tree.Root, tree.Mounts.Where(static mount => !IsGone(mount)))), machine);
            File.WriteAllText(file, mounts + MountFile.Text(Root + imageRoot, own, machine));
            ViewMount[] hidden = [.. tree.Mounts.Where(static mount => mount.Kind == ViewMountKind.Empty && !IsGone(mount))];
            try
            {
                return ViewNamespace.Start(tools, file, Root, user, cancellationToken);
            }
            catch (LifecycleException) when (!again && hidden.Any(IsGone))
            {
                // Just now: once more without it.
            }
        }
    }

    private static bool IsGone(ViewMount mount) => mount.Kind == ViewMountKind.Empty && !Path.Exists(mount.Target);
}
