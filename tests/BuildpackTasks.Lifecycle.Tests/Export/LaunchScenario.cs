using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>The scenario with a launcher and a previous image, as a task gives them to the export.</summary>
internal sealed class LaunchScenario : IDisposable
{
    /// <summary>Stands for a launcher where nothing is started.</summary>
    public static LauncherFiles Launcher { get; } = new(
        [LayerEntry.ForFile("cnb/lifecycle/launcher", FileContent.FromBytes("launch!"u8.ToArray()), LayerEntry.ExecutableMode)], "1.2.3", "0.15");

    public Scenario Inner { get; } = new();

    /// <summary>Runs all phases.</summary>
    /// <param name="settings">What the user set.</param>
    /// <param name="launcher">The launcher that there is, or null.</param>
    /// <param name="buildpacks">The buildpacks.</param>
    public Task<ExportedImage> PublishAsync(ExportSettings settings, LauncherFiles? launcher, params IBuildpack[] buildpacks) => PublishAsync(settings, launcher, null, buildpacks);

    /// <summary>Runs all phases after an image that was published before.</summary>
    public async Task<ExportedImage> PublishAsync(ExportSettings settings, LauncherFiles? launcher, ResolvedImage? previous, params IBuildpack[] buildpacks)
    {
        ResolvedImage runImage = await Inner.RunImageAsync();
        await new Analyzer(Inner.Image).AnalyzeAsync(runImage, previous, CancellationToken.None);
        await Inner.DetectAndBuildAsync(buildpacks);
        var exporter = new Exporter(Inner.Image, Inner.Cache)
        {
            Launcher = _ => Task.FromResult(launcher),
            PreviousImage = _ => Task.FromResult(previous?.Image),
        };
        return await exporter.ExportAsync(runImage, Inner.App, settings, CancellationToken.None);
    }

    public void Dispose() => Inner.Dispose();
}
