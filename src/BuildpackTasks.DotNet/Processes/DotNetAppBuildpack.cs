using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;

namespace BuildpackTasks.DotNet;

/// <summary>Divides a published .NET app into slices and says how it starts.</summary>
/// <param name="project">What the build says of the app.</param>
/// <param name="packs">The packs of <see cref="RuntimePlan"/>; needed for the build, not for detection.</param>
/// <param name="cache">Remembers the digests of files.</param>
public sealed class DotNetAppBuildpack(PublishedProject project, IReadOnlyList<ResolvedPack> packs, LayerCache cache) : IBuildpack
{
    // What a web app's process is called by everybody who runs one, and the word for any other app.
    private const string WebProcess = "web";
    private const string AppProcess = "app";

    // The port of .NET's own images: not below 1024, so that no privilege is needed to listen.
    private const string DefaultPort = "8080";

    /// <summary>The id by which <c>Buildpack</c> items and images name it.</summary>
    public static BuildpackId Id { get; } = BuildpackId.Parse("buildpacktasks/dotnet-app");

    /// <inheritdoc/>
    public BuildpackDescriptor Descriptor { get; } = BuiltIn.Describe(Id, ".NET app");

    /// <inheritdoc/>
    /// <exception cref="DotNetException">The app cannot be read, or the run image has a .NET that does not serve it: BPT3002 to BPT3013.</exception>
    public async Task<DetectResult> DetectAsync(DetectContext context, CancellationToken cancellationToken)
    {
        if (await BuiltIn.TryReadAsync(project, context.AppDirectory, cancellationToken) is var (app, missing) && app is null) return DetectResult.Fail(missing);

        bool needsRuntime = RuntimePlan.For(app, context.RunImage).Runtimes.Count > 0;
        return DetectResult.Pass(Describe(app), new BuildPlanOption([], needsRuntime ? [RuntimeRequirement(app)] : []));
    }

    /// <inheritdoc/>
    /// <exception cref="DotNetException">BPT3014: a pack is missing. BPT3015: a pack does not hold what it should. BPT3016: the app's name is too long.</exception>
    public async Task<BuildResult> BuildAsync(BuildContext context, CancellationToken cancellationToken)
    {
        PublishedApp app = await PublishedApp.ReadAsync(project, context.AppDirectory, cancellationToken);
        RuntimePlan plan = RuntimePlan.For(app, context.RunImage);
        BuildpackLayer? appHost = plan.AppHost is { } pack ? await AppHostLayerAsync(app, BuiltIn.Find(packs, pack), context.ImageAppDirectory, cancellationToken) : null;

        return new BuildResult
        {
            Layers = appHost is null ? [] : [appHost],
            Slices = AppSlices.Of(app),
            AppFiles = app.IsWeb ? await new PublishedEndpoints(cache).OfAsync(app, cancellationToken) : new Dictionary<string, FileContent>(),
            Processes = [new Process(ProcessType.Parse(app.IsWeb ? WebProcess : AppProcess), Command(app, plan, context), [], Default: true)],
            Environment = [.. Environment(app)],
            Ports = [.. Ports(app, context.RunImage).Select(static port => port.ToString())],
            Executables = Executables.Of(app, cancellationToken),
            Store = AppNote.Of(app).ToStore(),
        };
    }

    private static string Describe(PublishedApp app)
    {
        if (app.RuntimeConfig is not { } config || app.Project.IsNativeAot) return $"found the program {app.Executable} ({(app.Project.IsNativeAot ? "native code" : "single file")})";
        FrameworkReference framework = (app.IsFrameworkDependent ? app.Frameworks : config.IncludedFrameworks)[^1];
        string kind = app.IsFrameworkDependent ? "framework-dependent" : "self-contained";
        string found = app.Project.IsSingleFile ? $"the single file {app.Executable}" : $"{Path.GetFileNameWithoutExtension(app.Project.TargetFileName)}.runtimeconfig.json";
        return $"found {found} ({kind}, {framework.Name} {framework.Version.Major}.{framework.Version.Minor})";
    }

    private static BuildPlanRequire RuntimeRequirement(PublishedApp app) => new(
        DotNetRuntimeBuildpack.Runtime,
        new Dictionary<string, object> { ["frameworks"] = app.Frameworks.Select(static object (framework) => framework.ToString()).ToList(), ["launch"] = true });

    // The run image's dotnet starts what it has the frameworks for; anything else starts by its own program.
    private static string[] Command(PublishedApp app, RuntimePlan plan, BuildContext context) =>
        app.IsFrameworkDependent && !app.Project.IsSingleFile && plan.Runtimes.Count == 0
            ? ["dotnet", $"{context.ImageAppDirectory}/{app.Project.TargetFileName}"]
            : [$"{context.ImageAppDirectory}/{app.Executable ?? AppHostName(app)}"];

    private static async Task<BuildpackLayer> AppHostLayerAsync(PublishedApp app, ResolvedPack pack, string appDirectory, CancellationToken cancellationToken) => new()
    {
        // The published one, for another platform, is the slice of that name.
        Name = LayerName.Parse(app.AppHost is null ? "apphost" : $"apphost-{app.Project.RuntimeIdentifier}"),
        Entries =
        [
            LayerEntry.ForFile(
                $"{appDirectory.TrimStart('/')}/{AppHostName(app)}",
                await AppHost.CreateAsync(pack, app.Project.RuntimeIdentifier, app.Project.TargetFileName, cancellationToken),
                LayerEntry.ExecutableMode),
        ],
        Metadata = new Dictionary<string, object> { ["pack"] = pack.Pack.Id, ["version"] = pack.Pack.Version.ToString() },
    };

    // A published file of that name, such as the apphost of the build machine's platform, keeps it.
    private static string AppHostName(PublishedApp app) =>
        app.Paths.Contains(app.Project.AssemblyName) ? $"{app.Project.AssemblyName}-{app.Project.RuntimeIdentifier}" : app.Project.AssemblyName;

    private IEnumerable<EnvironmentVariable> Environment(PublishedApp app)
    {
        yield return new EnvironmentVariable("DOTNET_RUNNING_IN_CONTAINER", "true", EnvironmentAction.Default);
        if (app.IsWeb && !ListeningPorts.AreSet(project.Environment)) yield return new EnvironmentVariable(ListeningPorts.HttpPorts, DefaultPort, EnvironmentAction.Default);
    }

    private IReadOnlyList<ContainerPort> Ports(PublishedApp app, RunImageFacts runImage) =>
        !app.IsWeb ? []
        : ListeningPorts.AreSet(project.Environment) ? ListeningPorts.Of(project.Environment)
        : ListeningPorts.AreSet(runImage.Environment) ? ListeningPorts.Of(runImage.Environment)
        : [ContainerPort.Parse(DefaultPort)];
}
