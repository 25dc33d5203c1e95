using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;
using Microsoft.Build.Framework;

namespace BuildpackTasks;

/// <summary>Has each buildpack of the group contribute layers, processes and labels. Leaves <c>layers/</c>.</summary>
[MSBuildMultiThreadableTask]
public sealed class BuildImage : AppTask
{
    /// <summary>Where NuGet has the packages with parts of .NET; metadata <c>Version</c> and <c>PackageDirectory</c>.</summary>
    public ITaskItem[] ResolvedPacks { get; set; } = [];

    /// <inheritdoc/>
    private protected override async Task RunAsync(ImageSession session, CancellationToken cancellationToken)
    {
        AnalyzedFile analyzed = await AnalyzedFile.ReadAsync(State, cancellationToken);
        LayerCache cache = session.CacheKnowing(PreviousImage.Of(analyzed));
        ResolvedImage runImage = await session.ReopenRunImageAsync(analyzed, cancellationToken);
        var builtIn = new BuiltInBuildpacks(this, PublishedProject(), [.. ResolvedPacks.Select(PackItems.Resolved)], runImage, cache, Details);

        OrderFile order = await OrderFile.ReadAsync(State, cancellationToken);
        GroupFile group = await GroupFile.ReadAsync(State, cancellationToken);
        string app = AppSeen(order.HasProgramOf(group), cancellationToken);
        IReadOnlyDictionary<string, string> environment = BuildEnvironment;
        await using BuildpackPrograms programs = Programs(session, order.ProgramsOf(group), ProgramPhase.Build, app, environment);
        await new Builder(State).BuildAsync(
            [.. Groups(order, builtIn, programs).SelectMany(static one => one.Entries).Select(static entry => entry.Buildpack)],
            new BuildSettings(app, WorkingDirectory, environment)
            {
                PublishedDirectory = app == AppDirectory ? null : AppDirectory,
                ExecutionEnvironment = ExecutionEnvironmentName,
                OperatorEnvironment = OperatorEnvironment(order),
                IsKnownAsync = async (fingerprint, stop) => await cache.FindAsync(fingerprint, stop) is not null,
            },
            cancellationToken);
    }
}
