using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// Runs programs directly on this machine, where no view is allowed: it has the image's paths for the time of the phase. Programs can
/// see and change whatever the user of the build can.
/// </summary>
internal sealed class MachinePrograms : ProgramRunner
{
    private readonly ScratchDirectory scratch;
    private readonly string? newSession;
    private MachinePaths? paths;

    private MachinePrograms(BuildViewSettings settings, ScratchDirectory scratch)
        : base(settings)
    {
        this.scratch = scratch;
        (ExchangeDirectory, HomePath) = (scratch.CreateDirectory("exchange"), scratch.CreateDirectory("home"));
        newSession = SystemProgram.Find("setsid", settings.SearchPath);
    }

    /// <inheritdoc/>
    public override string ExchangeDirectory { get; }

    /// <inheritdoc/>
    public override string ExchangePath => BuildView.Exchange;

    /// <inheritdoc/>
    public override string HomePath { get; }

    /// <summary>Makes the paths.</summary>
    public static async Task<MachinePrograms> OpenAsync(BuildViewSettings settings, Action<string> message, CancellationToken cancellationToken)
    {
        var programs = new MachinePrograms(settings, ScratchDirectory.Create(settings.ScratchDirectory));
        try
        {
            (string, string)[] links =
            [
                (settings.ImageAppDirectory, Existing(settings.AppDirectory)),
                ("/layers", Existing(settings.LayersDirectory)),
                ("/platform", Existing(settings.PlatformDirectory)),
                .. settings.Buildpacks.DistinctBy(static buildpack => buildpack.ProgramPath).Select(static buildpack => (buildpack.ProgramPath, Existing(buildpack.Directory))),
                (BuildView.Exchange, programs.ExchangeDirectory),
            ];
            programs.paths = await MachinePaths.MakeAsync(links, message, cancellationToken);
            return programs;
        }
        catch
        {
            await programs.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        paths?.Dispose();
        scratch.Dispose();
        return ValueTask.CompletedTask;
    }

    private protected override async Task<int> RunCheckedAsync(ProgramStart start, Action<string> line, CancellationToken cancellationToken)
    {
        // A shell believes the variable where it leads to the same directory, and says the image's path instead of where that is.
        var environment = new Dictionary<string, string>(start.Environment);
        environment.TryAdd("PWD", start.WorkingDirectory);
        using RunningProgram program = newSession is null
            ? RunningProgram.Start(start.Path, start.Arguments, environment, start.WorkingDirectory, line)
            : RunningProgram.Start(newSession, [start.Path, .. start.Arguments], environment, start.WorkingDirectory, line);
        try
        {
            await WaitAsync(program, cancellationToken);
        }
        finally
        {
            program.Kill();
            new LeftProcesses(newSession is null ? null : program.Id, start.Environment.TryGetValue("CNB_BUILDPACK_DIR", out string? buildpack) ? $"CNB_BUILDPACK_DIR={buildpack}" : null).Kill();
            if (!program.Output.IsFaulted) await program.FinishAsync(LastWords);
        }
        return program.ExitCode;
    }

    private protected override string? FindFile(string path) => Path.Exists(path) ? path : null;

    private static string Existing(string directory) => Directory.Exists(directory) ? directory : throw LifecycleErrors.NoDirectoryForView(directory);
}
