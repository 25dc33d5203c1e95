using BuildpackTasks.DotNet;
using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace BuildpackTasks;

/// <summary>Finds the buildpacks that apply and the plan that they agree on. Leaves <c>group.toml</c> and <c>plan.toml</c>.</summary>
[MSBuildMultiThreadableTask]
public sealed class DetectBuildpacks : AppTask
{
    /// <summary>Whether detection is what the user asked for, and not a step on the way to an image.</summary>
    public bool IsDryRun { get; set; }

    /// <summary>The packages with parts of .NET that the build will need; metadata <c>Version</c>.</summary>
    [Output]
    public ITaskItem[] RequiredPacks { get; set; } = [];

    /// <inheritdoc/>
    protected override async System.Threading.Tasks.Task ExecuteAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(AppDirectory)) throw TaskErrors.NotPublished(AppDirectory);
        AnalyzedFile analyzed = await AnalyzedFile.ReadAsync(State, cancellationToken);
        PublishedProject project = PublishedProject();
        LayerCache cache = OpenCache();
        using RegistryClient registries = RegistrySettings.Open(null, Warn);
        ResolvedImage runImage = await new RunImages(registries, cache, ProjectDirectory).ReopenAsync(analyzed.RunImage, cancellationToken);
        var builtIn = new BuiltInBuildpacks(this, project, [], runImage, cache, Details);

        var context = new DetectContext(AppDirectory, analyzed.RunImage.Facts, BuildEnvironment);
        Detection detection = await new Detector(State).DetectAsync([new OrderGroup(Order(builtIn))], context, cancellationToken);

        Action<string> print = IsDryRun ? Say : Detail;
        foreach (Candidate candidate in detection.Candidates) print($"{candidate.Buildpack}: {Describe(candidate.State)}: {candidate.Reason}");
        RequiredPacks = await RequiredPacksAsync(detection, project, analyzed, cancellationToken);
    }

    private async Task<ITaskItem[]> RequiredPacksAsync(Detection detection, PublishedProject project, AnalyzedFile analyzed, CancellationToken cancellationToken)
    {
        if (!detection.Group.Any(static buildpack => buildpack is DotNetRuntimeBuildpack or DotNetAppBuildpack)) return [];
        PublishedApp app = await PublishedApp.ReadAsync(project, AppDirectory, cancellationToken);
        return [.. RuntimePlan.For(app, analyzed.RunImage.Facts).Packs.Select(static pack =>
            new TaskItem(pack.Id, new Dictionary<string, string> { ["Version"] = pack.Version.ToNormalizedString() }))];
    }

    private static string Describe(CandidateState state) => state switch
    {
        CandidateState.Selected => "applies",
        CandidateState.Failed => "does not apply",
        CandidateState.Errored => "could not tell",
        CandidateState.Shadowed => "was not asked",
        _ => "is left out",
    };
}
