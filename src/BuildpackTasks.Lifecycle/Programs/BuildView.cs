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
    private readonly IReadOnlyList<(string Root, IReadOnlyList<ViewMount> Mounts)> views;
    private readonly bool usualMask;
    private int count;
    private Spare? spare;
    private string? spareExchange;

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
            views = [(root, tree.Mounts)];
        }
        else
        {
            (imageRoot, user) = (ViewNamespace.ImageRoot, image.User);
            ViewTree system = ViewPlanner.Tools();
            tree = planner.OfImage(image.Directory);
            system.WriteTo(root);
            tree.WriteTo(root + imageRoot);
            views = [(root, system.Mounts), (root + imageRoot, tree.Mounts)];
        }
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
            view.spareExchange = view.NewExchange();
            string? first = settings.Phase == ProgramPhase.Build && settings.Buildpacks.Count > 0 ? $"{Layers}/{settings.Buildpacks[0].Id.DirectoryName}" : null;
            if (first is not null && view.FindFile(first) is null) first = null;
            view.spare = new Spare(await view.StartAsync(first, view.spareExchange, cancellationToken), first, view.spareExchange);
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
    public override ProgramExchange CreateExchange() => new(Interlocked.Exchange(ref spareExchange, null) ?? NewExchange(), Exchange);

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref spare, null) is { } unused) await unused.Namespace.DisposeAsync();
        scratch.Dispose();
    }

    private protected override async Task<int> RunCheckedAsync(ProgramStart start, Action<string> line, CancellationToken cancellationToken)
    {
        string? layers = LayersOf(start);
        string? exchange = start.Exchange?.Directory;
        ViewNamespace space = TakeSpare(layers, exchange) ?? await StartAsync(layers, exchange, cancellationToken);
        await using (space)
        {
            (string enter, IReadOnlyList<string> arguments) = space.Enter(tools, imageRoot, start.WorkingDirectory);
            // In a session of its own it has no terminal, into which it could type what a shell runs later (TIOCSTI).
            // The linker's variables would change the program that enters the view, before it is there.
            KeyValuePair<string, string>[] late = [.. start.Environment.Where(static variable => variable.Key.StartsWith("LD_", StringComparison.Ordinal) || variable.Key == "GLIBC_TUNABLES").OrderBy(static variable => variable.Key, StringComparer.Ordinal)];
            if (FindFile(EnvironmentProgram) is null) late = [];
            List<string> command = [.. arguments];
            if (!usualMask && FindFile("/bin/sh") is not null) command.AddRange(["/bin/sh", "-c", "umask 022; exec \"$@\"", "sh"]);
            if (late.Length > 0) command.AddRange(late.Select(static variable => $"{variable.Key}={variable.Value}").Prepend(EnvironmentProgram));
            using var program = RunningProgram.Start(tools.NewSession, [enter, .. command, start.Path, .. start.Arguments], start.Environment.Except(late), "/", line);
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

    // Two programs may begin at once; the one that it fits gets it.
    private ViewNamespace? TakeSpare(string? layers, string? exchange) =>
        spare is { } ready && ready.Layers == layers && (exchange is null || ready.Exchange == exchange) && Interlocked.CompareExchange(ref spare, null, ready) == ready ? ready.Namespace : null;

    private string NewExchange() => scratch.CreateDirectory($"exchange-{Guid.NewGuid():N}");

    private async Task<ViewNamespace> StartAsync(string? layers, string? exchange, CancellationToken cancellationToken)
    {
        var own = new List<ViewMount>();
        if (layers is not null) own.Add(new ViewMount(ViewMountKind.Writable, Settings.LayersDirectory.TrimEnd('/') + layers[Layers.Length..], layers));
        if (exchange is not null) own.Add(new ViewMount(ViewMountKind.Writable, exchange, Exchange));
        for (bool again = false; ; again = true)
        {
            string file = Path.Join(scratch.Path, $"mounts-{Interlocked.Increment(ref count)}");
            HostMounts machine = HostMounts.Read();
            // Nothing can be mounted over a file that somebody has removed.
            string mounts = MountFile.Text(Root, views.Select(static view => (view.Root, view.Mounts.Where(static mount => !IsGone(mount)))), machine);
            await File.WriteAllTextAsync(file, mounts + MountFile.Text(Root + imageRoot, own, machine), cancellationToken);
            ViewMount[] hidden = [.. tree.Mounts.Where(static mount => mount.Kind == ViewMountKind.Empty && !IsGone(mount))];
            try
            {
                return await ViewNamespace.StartAsync(tools, file, Root, user, cancellationToken);
            }
            catch (LifecycleException) when (!again && hidden.Any(IsGone))
            {
                // Just now: once more without it.
            }
        }
    }

    private static bool IsGone(ViewMount mount) => mount.Kind == ViewMountKind.Empty && !Path.Exists(mount.Target);

    // One is made at the beginning, to see whether that is allowed; it serves the first program.
    private sealed record Spare(ViewNamespace Namespace, string? Layers, string Exchange);
}
