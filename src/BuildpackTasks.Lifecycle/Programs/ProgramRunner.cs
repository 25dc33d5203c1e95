namespace BuildpackTasks.Lifecycle;

/// <summary>Runs the programs of one phase, and removes with its end whatever that needed.</summary>
public abstract class ProgramRunner : IProgramRunner, IAsyncDisposable
{
    // What a program wrote last is in the pipe when it ends; only what it left running keeps the pipe open.
    private protected static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);

    private const string RunDirectly = "Buildpacks that are programs run directly on this machine and see all that you see.";

    private protected ProgramRunner(BuildViewSettings settings) => Settings = settings;

    /// <inheritdoc/>
    public abstract string HomePath { get; }

    /// <inheritdoc/>
    public abstract ProgramExchange CreateExchange();

    private protected BuildViewSettings Settings { get; }

    /// <summary>Prepares for the programs of a phase.</summary>
    /// <param name="settings">What they see.</param>
    /// <param name="image">The build image that they see as the system, or null for this machine's own.</param>
    /// <param name="isolation">Whether they run in a view of their own.</param>
    /// <param name="message">Told, in a sentence, where they run without.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="LifecycleException">
    /// BPT2150 or BPT2151: the machine does not allow a view or misses a tool for it. BPT2152 or BPT2153: something has no place in it,
    /// or is not there. BPT2154: this machine runs no such programs. BPT2162: nor can they be run directly. BPT2163: a build image needs a view.
    /// </exception>
    public static async Task<ProgramRunner> OpenAsync(
        BuildViewSettings settings, BuildImageRoot? image, BuildpackIsolation isolation, Action<string> message, CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux()) throw LifecycleErrors.ProgramsNeedLinux(OperatingSystem.IsWindows() ? "Windows" : OperatingSystem.IsMacOS() ? "macOS" : Environment.OSVersion.Platform.ToString());
        if (isolation == BuildpackIsolation.Never)
        {
            if (image is not null) throw LifecycleErrors.ImageNeedsView("BuildpackIsolation is Never");
            ProgramRunner asked = await MachinePrograms.OpenAsync(settings, message, cancellationToken);
            message($"{RunDirectly} BuildpackIsolation is Never.");
            return asked;
        }
        LifecycleException refused;
        try
        {
            return await BuildView.OpenAsync(settings, image, cancellationToken);
        }
        catch (LifecycleException e) when (isolation == BuildpackIsolation.Auto && (e.Code == LifecycleErrors.ViewRefusedCode || e.Code == LifecycleErrors.MissingViewToolCode))
        {
            refused = e;
        }
        if (image is not null) throw LifecycleErrors.ImageNeedsView(refused.Message);
        try
        {
            ProgramRunner programs = await MachinePrograms.OpenAsync(settings, message, cancellationToken);
            message($"{RunDirectly} {refused.Message}");
            return programs;
        }
        catch (LifecycleException e) when (e.Code == LifecycleErrors.NoMachinePathCode)
        {
            throw LifecycleErrors.NeitherViewNorPaths(refused, e);
        }
    }

    /// <inheritdoc/>
    public async Task<int> RunAsync(ProgramStart start, Action<string> line, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ProgramCheck.Check(start, FindFile);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Settings.Timeout);
        try
        {
            return await RunCheckedAsync(start, line, limit.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw LifecycleErrors.ProgramTookTooLong(BuildpackOf(start), ProgramOf(start), Settings.Timeout);
        }
    }

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();

    private protected abstract Task<int> RunCheckedAsync(ProgramStart start, Action<string> line, CancellationToken cancellationToken);

    /// <summary>Where a path that programs see is on this machine, or null where there is nothing.</summary>
    private protected abstract string? FindFile(string path);

    /// <summary>Waits for a program's end, or for a failure of whoever hears what it writes.</summary>
    private protected static async Task WaitAsync(RunningProgram program, CancellationToken cancellationToken)
    {
        Task end = program.WaitAsync(cancellationToken);
        if (await Task.WhenAny(end, program.Output) == program.Output && program.Output.IsFaulted) await program.Output;
        await end;
    }

    /// <summary>The buildpack that a program is of, as messages name it.</summary>
    private protected string BuildpackOf(ProgramStart start) =>
        Settings.Buildpacks.FirstOrDefault(buildpack => start.Path.StartsWith(buildpack.ProgramPath + "/", StringComparison.Ordinal))?.ToString() ?? start.Path;

    /// <summary>The program and its phase, as messages name it.</summary>
    private protected string ProgramOf(ProgramStart start) =>
        $"bin/{start.Path[(start.Path.LastIndexOf('/') + 1)..]} ({(Settings.Phase == ProgramPhase.Build ? "build" : "detection")})";
}
