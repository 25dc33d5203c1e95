using System.Collections;
using BuildpackTasks.Lifecycle;

namespace BuildpackTasks;

/// <summary>The buildpacks of an order that are programs, and the place where those run: made when the first one does.</summary>
internal sealed class BuildpackPrograms : IAsyncDisposable
{
    private readonly ProgramSettings settings;
    private readonly ProgramPhase phase;
    private readonly OrderFile order;
    private readonly ImageSession session;
    private readonly ProgramHost host;
    private readonly Dictionary<string, ProgramBuildpack> buildpacks = new(StringComparer.Ordinal);
    private Task<ProgramRunner>? runner;

    /// <summary>The programs of a phase.</summary>
    /// <param name="settings">How they run.</param>
    /// <param name="phase">The phase.</param>
    /// <param name="order">The buildpacks.</param>
    /// <param name="session">What this build's tasks share.</param>
    /// <param name="say">Told of each line that a program writes and everybody should see.</param>
    /// <param name="detail">Told of the others.</param>
    public BuildpackPrograms(ProgramSettings settings, ProgramPhase phase, OrderFile order, ImageSession session, Action<string> say, Action<string> detail)
    {
        (this.settings, this.phase, this.order, this.session) = (settings, phase, order, session);
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

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (runner is { IsCompletedSuccessfully: true } opened) await opened.Result.DisposeAsync();
    }

    private async Task<ProgramPlace> PlaceAsync(CancellationToken cancellationToken)
    {
        BuildImageRoot? image = settings.BuildImage is { } name ? await session.BuildImageAsync(name, cancellationToken) : null;
        runner = OpenAsync(image, cancellationToken);
        Dictionary<string, string> machine = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(static variable => (string)variable.Key, static variable => (string)variable.Value!);
        return ProgramPlace.Of(await runner, machine, image);
    }

    private Task<ProgramRunner> OpenAsync(BuildImageRoot? image, CancellationToken cancellationToken) => ProgramRunner.OpenAsync(
        new BuildViewSettings
        {
            Phase = phase,
            ScratchDirectory = Path.Combine(settings.State.Path, "programs"),
            AppDirectory = settings.AppDirectory,
            ImageAppDirectory = settings.ImageAppDirectory,
            LayersDirectory = Directory.CreateDirectory(settings.State.LayersDirectory).FullName,
            PlatformDirectory = PlatformDirectory.Write(settings.State, settings.Environment),
            Buildpacks = [.. order.Groups.SelectMany(static group => group).Where(static entry => entry.Directory is not null)
                .DistinctBy(static entry => (entry.Id, entry.Version)).Select(static entry => new BuildpackDirectory(entry.Directory!, entry.Id, entry.Version!))],
            Timeout = settings.Timeout,
        },
        image,
        settings.Isolation,
        session.Note,
        cancellationToken);
}
