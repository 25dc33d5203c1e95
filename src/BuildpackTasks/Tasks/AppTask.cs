using BuildpackTasks.DotNet;
using BuildpackTasks.Lifecycle;
using Microsoft.Build.Framework;

namespace BuildpackTasks;

/// <summary>What the tasks share that ask the buildpacks: detection and build.</summary>
public abstract class AppTask : LifecycleTask
{
    /// <summary>The item that describes the app.</summary>
    [Required]
    public ITaskItem App { get; set; } = null!;

    /// <summary>What the build knows about each published file.</summary>
    public ITaskItem[] Files { get; set; } = [];

    /// <summary>The SDK's <c>KnownFrameworkReference</c> items: the newest patches that it knows.</summary>
    public ITaskItem[] KnownFrameworks { get; set; } = [];

    /// <summary>The <c>ContainerEnvironmentVariable</c> items.</summary>
    public ITaskItem[] EnvironmentVariables { get; set; } = [];

    /// <summary>The <c>BuildEnvironmentVariable</c> items: the environment of the build.</summary>
    public ITaskItem[] BuildEnvironmentVariables { get; set; } = [];

    /// <summary>The <c>DebianPackage</c> items.</summary>
    public ITaskItem[] DebianPackages { get; set; } = [];

    /// <summary>The <c>ImageLayer</c> items: files that are a layer of their own; metadata <c>Source</c>, <c>TargetPath</c>.</summary>
    public ITaskItem[] ImageLayers { get; set; } = [];

    /// <summary><c>DebianMirror</c>: where packages come from; empty for what this machine's apt is set to.</summary>
    public string? DebianMirror { get; set; }

    /// <summary><c>DebianKeyring</c>: whose signature is trusted; empty for what this machine's apt is set to.</summary>
    public string? DebianKeyring { get; set; }

    /// <summary><c>ContainerWorkingDirectory</c>: where the app is in the image.</summary>
    [Required]
    public string WorkingDirectory { get; set; } = "";

    /// <summary><c>ProjectDescriptor</c>: the file <c>project.toml</c>; empty for none.</summary>
    public string? ProjectDescriptor { get; set; }

    /// <summary><c>ImageExecutionEnvironment</c>: what the image is for; empty for <c>production</c>.</summary>
    public string? ExecutionEnvironment { get; set; }

    /// <summary><c>BuildpackIsolation</c>: whether the programs of buildpacks run in a view of their own; empty for where that is possible.</summary>
    public string? Isolation { get; set; }

    /// <summary><c>BuildpackTimeout</c>: how long a program may take, as <c>HH:MM:SS</c> or in seconds; empty for half an hour.</summary>
    public string? Timeout { get; set; }

    /// <summary><c>BuildImage</c>: the image that the programs of buildpacks see as the system; empty for this machine's own.</summary>
    public string? BuildImage { get; set; }

    private protected string AppDirectory => Path.TrimEndingDirectorySeparator(App.GetMetadata("PublishDirectory"));

    /// <summary>The environment of the build: the items', and before them that of <c>project.toml</c>.</summary>
    private protected IReadOnlyDictionary<string, string> BuildEnvironment => BuildEnvironmentVariables.ToValues(Description?.EnvironmentFor(ExecutionEnvironmentName));

    /// <summary>What <c>project.toml</c> says, or null where there is none.</summary>
    private ProjectFile? Description => ProjectDescription.Read(ProjectDescriptor, ProjectDirectory);

    private protected string ExecutionEnvironmentName => ExecutionEnvironment.OrNull() ?? "production";

    private protected PublishedProject PublishedProject() => AppItems.Project(App, Files, KnownFrameworks, EnvironmentVariables);

    /// <summary>What the operator changes in the environment of the build.</summary>
    private protected static IReadOnlyList<EnvironmentVariable> OperatorEnvironment(OrderFile order) =>
        order.BuildConfigDirectory is { } directory ? EnvironmentDirectory.Read(Path.Combine(directory, "env"), EnvironmentAction.Default) : [];

    /// <summary>The buildpacks of the order, built in or programs.</summary>
    private protected static IReadOnlyList<OrderGroup> Groups(OrderFile order, BuiltInBuildpacks builtIn, BuildpackPrograms programs) =>
        [.. order.Groups.Select(group => new OrderGroup([.. group.Select(entry => new OrderEntry(entry.Directory is null ? builtIn.Create(entry.Id) : programs.Create(entry), entry.Optional)
        {
            ExecutionEnvironments = entry.ExecutionEnvironments,
        })]))];

    /// <summary>What buildpacks see as the app: the published output, or a copy where it is changed or parts of it are left out.</summary>
    /// <param name="isChanged">Whether programs may change it.</param>
    /// <param name="cancellationToken">Stops the copying.</param>
    private protected string AppSeen(bool isChanged, CancellationToken cancellationToken)
    {
        AppFilter filter = Description?.Filter ?? AppFilter.All;
        if (isChanged || !filter.IsAll) return PrivateApp.Make(State, AppDirectory, filter, cancellationToken);
        PrivateApp.Remove(State);
        return AppDirectory;
    }

    /// <summary>The programs of buildpacks in a phase.</summary>
    /// <param name="session">What this build's tasks share.</param>
    /// <param name="buildpacks">Those whose programs run, in order.</param>
    /// <param name="phase">The phase.</param>
    /// <param name="appDirectory">What they see as the app.</param>
    /// <param name="environment">The environment that the user sets.</param>
    private protected BuildpackPrograms Programs(ImageSession session, IEnumerable<OrderFileEntry> buildpacks, ProgramPhase phase, string appDirectory, IReadOnlyDictionary<string, string> environment) =>
        new(
            new ProgramSettings
            {
                State = State,
                ProjectDirectory = ProjectDirectory,
                AppDirectory = appDirectory,
                ImageAppDirectory = WorkingDirectory,
                Environment = environment,
                Isolation = ProgramSettings.ParseIsolation(Isolation.OrNull()),
                Timeout = ProgramSettings.ParseTimeout(Timeout.OrNull()),
                BuildImage = BuildImage.OrNull(),
            },
            phase,
            buildpacks,
            session,
            Say,
            Detail);
}
