using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;
using NuGet.Versioning;

namespace BuildpackTasks.DotNet;

/// <summary>
/// The launcher of this package, for images that have .NET: a small .NET program, started by the apphost of the image's platform as
/// <c>/cnb/lifecycle/launcher</c>.
/// </summary>
public static class DotNetLauncher
{
    private const string Assembly = "launcher.dll";
    private const string RuntimeConfig = "launcher.runtimeconfig.json";

    // What the launcher is told to follow (CNB_PLATFORM_API).
    private const string PlatformApi = "0.15";

    // Its own framework; it runs on every later one.
    private static readonly NuGetVersion Oldest = new(8, 0, 0);

    /// <summary>The pack that the launcher of an app's image needs, or null where it would find no .NET in the image to run on.</summary>
    /// <param name="app">The app.</param>
    /// <param name="runImage">What it is stacked on.</param>
    /// <exception cref="DotNetException">BPT3010 to BPT3013: no runtime serves the app.</exception>
    public static RequiredPack? PackFor(PublishedApp app, RunImageFacts runImage)
    {
        RuntimePlan plan = RuntimePlan.For(app, runImage);
        NuGetVersion? runtime = plan.Runtimes is [var first, ..] ? first.Version : RunImageRuntime.Of(runImage)?.Version;
        if (runtime is null || runtime < Oldest) return null;
        if (plan.AppHost is { } appHost) return appHost;
        // The SDK brings the newest pack that it knows, at least for its own platform.
        NuGetVersion? newest = app.Project.KnownRuntimes.Where(static known => known.Framework == FrameworkReference.NetCoreApp && !known.Version.IsPrerelease).Max(static known => known.Version);
        return RequiredPack.AppHost(app.Project.RuntimeIdentifier, newest ?? runtime);
    }

    /// <summary>Makes the launcher.</summary>
    /// <param name="directory">The directory <c>launcher/</c> of the package, which has it for every platform, and faster for some.</param>
    /// <param name="pack">The pack of <see cref="PackFor"/>.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="DotNetException">BPT3015: the pack does not hold what it should.</exception>
    public static async Task<LauncherFiles> CreateAsync(string directory, ResolvedPack pack, CancellationToken cancellationToken)
    {
        var identifier = RuntimeIdentifier.Parse(pack.Pack.Id[(pack.Pack.Id.LastIndexOf('.') + 1)..]);
        string own = Path.Combine(directory, identifier.ToString());
        string source = File.Exists(Path.Combine(own, Assembly)) ? own : directory;
        string target = LauncherFiles.Program[1..LauncherFiles.Program.LastIndexOf('/')];
        return new LauncherFiles(
            [
                LayerEntry.ForFile(LauncherFiles.Program[1..], await AppHost.CreateAsync(pack, identifier, Assembly, cancellationToken), LayerEntry.ExecutableMode),
                LayerEntry.ForFile($"{target}/{Assembly}", FileContent.FromFile(Path.Combine(source, Assembly))),
                LayerEntry.ForFile($"{target}/{RuntimeConfig}", FileContent.FromFile(Path.Combine(source, RuntimeConfig))),
            ],
            BuiltIn.Version,
            PlatformApi);
    }
}
