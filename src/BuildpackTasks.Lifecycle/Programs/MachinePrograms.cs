using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// Runs programs directly on this machine, where no view is allowed: it has the image's paths for the time of the phase. Programs can
/// see and change whatever the user of the build can.
/// </summary>
internal sealed class MachinePrograms : ProgramRunner
{
    // What one run started is told by it from what others did, of this build or another.
    private const string Mark = "BUILDPACKTASKS_RUN";

    private readonly ScratchDirectory scratch;
    private readonly string? newSession;
    private readonly string exchanges;
    private MachinePaths? paths;

    private MachinePrograms(BuildViewSettings settings, ScratchDirectory scratch)
        : base(settings)
    {
        this.scratch = scratch;
        (exchanges, HomePath) = (scratch.CreateDirectory("exchange"), scratch.CreateDirectory("home"));
        newSession = SystemProgram.Find("setsid", settings.SearchPath);
    }

    /// <inheritdoc/>
    public override string HomePath { get; }

    /// <inheritdoc/>
    public override ProgramExchange CreateExchange()
    {
        // What was there before could have been made to lead anywhere.
        string name = Guid.NewGuid().ToString("N");
        return new ProgramExchange(Directory.CreateDirectory(Path.Join(exchanges, name)).FullName, $"{BuildView.Exchange}/{name}");
    }

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
                (PlatformDirectory.ProgramPath, programs.scratch.CreatePlatform(settings.UserEnvironment)),
                .. settings.Buildpacks.DistinctBy(static buildpack => buildpack.ProgramPath).Select(static buildpack => (buildpack.ProgramPath, Existing(buildpack.Directory))),
                (BuildView.Exchange, programs.exchanges),
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
        string mark = Guid.NewGuid().ToString("N");
        var environment = new Dictionary<string, string>(start.Environment) { [Mark] = mark };
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
            new LeftProcesses(newSession is null ? null : program.Id, $"{Mark}={mark}").Kill();
            if (!program.Output.IsFaulted) await program.FinishAsync(LastWords);
        }
        return program.ExitCode;
    }

    private protected override string? FindFile(string path) => Path.Exists(path) ? path : null;

    private static string Existing(string directory) => Directory.Exists(directory) ? directory : throw LifecycleErrors.NoDirectoryForView(directory);
}
