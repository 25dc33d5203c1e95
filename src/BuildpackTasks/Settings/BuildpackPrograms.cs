using System.Collections;
using BuildpackTasks.Lifecycle;

namespace BuildpackTasks;

/// <summary>The buildpacks of an order that are programs, and the place where those run: made when the first one does.</summary>
internal sealed class BuildpackPrograms : IAsyncDisposable
{
    private readonly ProgramSettings settings;
    private readonly ProgramPhase phase;
    private readonly OrderFileEntry[] seen;
    private readonly ImageSession session;
    private readonly ProgramHost host;
    private readonly Dictionary<string, ProgramBuildpack> buildpacks = new(StringComparer.Ordinal);
    private CancellationTokenSource? end;
    private Task? opening;
    private Task<ProgramRunner>? runner;

    /// <summary>The programs of a phase.</summary>
    /// <param name="settings">How they run.</param>
    /// <param name="phase">The phase.</param>
    /// <param name="buildpacks">Those whose programs run, in order.</param>
    /// <param name="session">What this build's tasks share.</param>
    /// <param name="say">Told of each line that a program writes and everybody should see.</param>
    /// <param name="detail">Told of the others.</param>
    public BuildpackPrograms(ProgramSettings settings, ProgramPhase phase, IEnumerable<OrderFileEntry> buildpacks, ImageSession session, Action<string> say, Action<string> detail)
    {
        (this.settings, this.phase, seen, this.session) = (settings, phase, [.. buildpacks], session);
        host = new ProgramHost(PlaceAsync)
        {
            ImageAppDirectory = settings.ImageAppDirectory,
            Say = (buildpack, line) => say($"[{buildpack.Id}] {line}"),
            Detail = (buildpack, line) => detail($"[{buildpack.Id}] {line}"),
        };
    }

    /// <summary>A buildpack of the order.</summary>
    /// <param name="entry">The entry, which has a directory.</param>
    public IBuildpack Create(OrderFileEntry entry)
    {
        if (!buildpacks.TryGetValue(entry.Directory!, out ProgramBuildpack? buildpack)) buildpacks.Add(entry.Directory!, buildpack = new ProgramBuildpack(BuildpackFile.ReadDirectory(entry.Directory!).Descriptor, host));
        return buildpack;
    }

    /// <summary>Begins with the place where they run, which takes a moment. What goes wrong is told to whoever needs it.</summary>
    /// <param name="cancellationToken">Stops it.</param>
    public void Begin(CancellationToken cancellationToken)
    {
        if (seen.Length == 0) return;
        end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        opening = host.PlaceAsync(end.Token);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (opening is not null)
        {
            await end!.CancelAsync();
            await opening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            end.Dispose();
        }
        if (runner is { IsCompletedSuccessfully: true } opened) await opened.Result.DisposeAsync();
    }

    private async Task<ProgramPlace> PlaceAsync(CancellationToken cancellationToken)
    {
        BuildImageRoot? image = settings.BuildImage is { } name ? await session.BuildImageAsync(name, cancellationToken) : null;
        var machine = new Dictionary<string, string>();
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables()) machine.Add((string)variable.Key, (string)variable.Value!);
        runner = OpenAsync(image, machine, cancellationToken);
        return ProgramPlace.Of(await runner, machine, image);
    }

    private Task<ProgramRunner> OpenAsync(BuildImageRoot? image, IReadOnlyDictionary<string, string> machine, CancellationToken cancellationToken) => ProgramRunner.OpenAsync(
        new BuildViewSettings
        {
            Phase = phase,
            ScratchDirectory = Path.Combine(settings.State.Path, "programs"),
            AppDirectory = settings.AppDirectory,
            ImageAppDirectory = settings.ImageAppDirectory,
            LayersDirectory = Directory.CreateDirectory(settings.State.LayersDirectory).FullName,
            UserEnvironment = settings.Environment,
            Buildpacks = [.. seen.Select(static entry => new BuildpackDirectory(entry.Directory!, entry.Id, entry.Version!))],
            Hidden = [.. PrivateFiles.Of(machine, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)), settings.ProjectDirectory, session.CacheDirectory],
            Timeout = settings.Timeout,
        },
        image,
        settings.Isolation,
        session.Note,
        cancellationToken);
}
