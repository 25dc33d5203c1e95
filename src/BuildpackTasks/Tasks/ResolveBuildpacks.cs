using BuildpackTasks.Lifecycle;
using Microsoft.Build.Framework;

namespace BuildpackTasks;

/// <summary>
/// Finds the buildpacks that the items and <c>project.toml</c> name, and brings those that are not built in to this machine. Leaves
/// <c>order.toml</c>.
/// </summary>
[MSBuildMultiThreadableTask]
public sealed class ResolveBuildpacks : LifecycleTask
{
    /// <summary>The <c>Buildpack</c> items: what to try, in order; metadata <c>Version</c>, <c>Optional</c>.</summary>
    public ITaskItem[] Buildpacks { get; set; } = [];

    /// <summary><c>ProjectDescriptor</c>: the file <c>project.toml</c>; empty for none.</summary>
    public string? ProjectDescriptor { get; set; }

    /// <summary><c>BuildConfigDirectory</c>: the directory with the environment that the operator sets; empty for a builder's.</summary>
    public string? BuildConfigDirectory { get; set; }

    /// <summary>The run image that a builder prefers; empty where there is none.</summary>
    [Output]
    public string RunImage { get; set; } = "";

    /// <inheritdoc/>
    private protected override async Task RunAsync(ImageSession session, CancellationToken cancellationToken)
    {
        ProjectFile? project = ProjectDescription.Read(ProjectDescriptor, ProjectDirectory);
        foreach (string key in project?.IgnoredKeys ?? []) session.Note($"{ProjectDescriptor}: '{key}' is not a key of its schema version, and is ignored");
        if (project?.Builder is { } builder) session.Note($"{ProjectDescriptor}: the builder '{builder}' is not used; name it as a Buildpack item to use its buildpacks");

        var order = new BuildpackOrder(session.BuildpackSources(), State, session.Note);
        OrderFile file = await order.ResolveAsync([.. Buildpacks.Select(Request)], project, Path.GetDirectoryName(ProjectDescription.PathOf(ProjectDescriptor, ProjectDirectory)) ?? "", cancellationToken);
        if (BuildConfigDirectory.OrNull() is { } set) file = file with { BuildConfigDirectory = Path.GetFullPath(set, ProjectDirectory) };
        await file.WriteAsync(State, cancellationToken);
        RunImage = order.RunImage ?? "";
    }

    /// <inheritdoc/>
    private protected override bool IsPhase => false;

    private static BuildpackRequest Request(ITaskItem item) => new(item.ItemSpec, item.Value("Version"), item.IsTrue("Optional"));
}
