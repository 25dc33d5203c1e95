using BuildpackTasks.DotNet;
using BuildpackTasks.Lifecycle;
using Microsoft.Build.Framework;

namespace BuildpackTasks;

/// <summary>What the tasks share that ask the buildpacks: detection and build.</summary>
public abstract class AppTask : LifecycleTask
{
    /// <summary>The <c>Buildpack</c> items: what to try, in order; metadata <c>Optional</c>.</summary>
    public ITaskItem[] Buildpacks { get; set; } = [];

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

    /// <summary><c>DebianMirror</c>: where packages come from; empty for what this machine's apt is set to.</summary>
    public string? DebianMirror { get; set; }

    /// <summary><c>DebianKeyring</c>: whose signature is trusted; empty for what this machine's apt is set to.</summary>
    public string? DebianKeyring { get; set; }

    private protected string AppDirectory => Path.TrimEndingDirectorySeparator(App.GetMetadata("PublishDirectory"));

    private protected IReadOnlyDictionary<string, string> BuildEnvironment => BuildEnvironmentVariables.ToValues();

    private protected PublishedProject PublishedProject() => AppItems.Project(App, Files, KnownFrameworks, EnvironmentVariables);

    /// <summary>The buildpacks that the items name.</summary>
    private protected IReadOnlyList<OrderEntry> Order(BuiltInBuildpacks builtIn) =>
        [.. Buildpacks.Select(item => new OrderEntry(builtIn.Create(item.ItemSpec), item.IsTrue("Optional")))];
}
