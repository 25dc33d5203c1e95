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

    /// <summary><c>LauncherMode</c>: <c>Auto</c>, <c>Always</c> or <c>Never</c>; empty for Auto.</summary>
    public string? LauncherMode { get; set; }

    /// <summary><c>LauncherImage</c>: the image whose launcher is taken; empty for that of a builder, or this package's own.</summary>
    public string? LauncherImage { get; set; }

    /// <summary>
    /// The packages with parts of .NET that the build will need; metadata <c>Version</c>, and <c>Fingerprint</c> for one that becomes a
    /// layer: it is not needed where that is known.
    /// </summary>
    [Output]
    public ITaskItem[] RequiredPacks { get; set; } = [];

    /// <inheritdoc/>
    private protected override async System.Threading.Tasks.Task RunAsync(ImageSession session, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(AppDirectory)) throw TaskErrors.NotPublished(AppDirectory);
        AnalyzedFile analyzed = await AnalyzedFile.ReadAsync(State, cancellationToken);
        PublishedProject project = PublishedProject();
        ResolvedImage runImage = await session.ReopenRunImageAsync(analyzed, cancellationToken);
        var builtIn = new BuiltInBuildpacks(this, project, [], runImage, session.CacheKnowing(BuildpackTasks.PreviousImage.Of(analyzed)), Details);

        OrderFile order = await OrderFile.ReadAsync(State, cancellationToken);
        IReadOnlyDictionary<string, string> environment = BuildEnvironment;
        string app = AppSeen(isChanged: false, cancellationToken);
        var context = new DetectContext(app, analyzed.RunImage.Facts, environment)
        {
            ExecutionEnvironment = ExecutionEnvironmentName,
            OperatorEnvironment = OperatorEnvironment(order),
        };
        await using BuildpackPrograms programs = Programs(session, order.ProgramsOf(null), ProgramPhase.Detection, app, environment);
        programs.Begin(cancellationToken);
        var detector = new Detector(State);
        Detection detection;
        try
        {
            detection = await detector.DetectAsync(Groups(order, builtIn, programs), context, cancellationToken);
        }
        finally
        {
            // Also where no group passed: then it is what explains it.
            Action<string> print = IsDryRun ? Say : Detail;
            foreach (Candidate candidate in detector.Candidates) print($"{candidate.Buildpack}: {Describe(candidate.State)}: {candidate.Reason}");
        }
        Platform platform = analyzed.RunImage.Facts.Platform;
        if (platform.Architecture != BuildpackSources.MachinePlatform.Architecture && detection.Group.OfType<ProgramBuildpack>().FirstOrDefault() is { } program)
            session.Note($"The programs of buildpacks, such as {program.Descriptor}, run on this machine ({BuildpackSources.MachinePlatform}) and are only told that the image is for {platform}; what they install has to be for that");
        // Its group did without it, or another group did; the image is not what it would be with it.
        foreach (Candidate candidate in detection.Candidates.Where(static candidate => candidate.State == CandidateState.Errored))
            session.Note($"{candidate.Buildpack} could not tell whether it applies, and is left out: {candidate.Reason}.");
        RequiredPacks = await RequiredPacksAsync(detection, order, project, analyzed, cancellationToken);
    }

    private async Task<ITaskItem[]> RequiredPacksAsync(Detection detection, OrderFile order, PublishedProject project, AnalyzedFile analyzed, CancellationToken cancellationToken)
    {
        if (!detection.Group.Any(static buildpack => buildpack is DotNetRuntimeBuildpack or DotNetAppBuildpack)) return [];
        PublishedApp app = await PublishedApp.ReadAsync(project, AppDirectory, cancellationToken);
        RuntimePlan plan = RuntimePlan.For(app, analyzed.RunImage.Facts);
        RequiredPack? launcher = MayLaunch(detection, order) ? DotNetLauncher.PackFor(app, analyzed.RunImage.Facts) : null;
        return [.. plan.Packs.Append(launcher).OfType<RequiredPack>().DistinctBy(static pack => pack.Id).Select(pack =>
        {
            var item = new TaskItem(pack.Id, new Dictionary<string, string> { ["Version"] = pack.Version.ToNormalizedString() });
            if (plan.Runtimes.Contains(pack)) item.SetMetadata("Fingerprint", DotNetRuntimeBuildpack.FingerprintOf(pack, app).ToString());
            return item;
        })];
    }

    // The built-in buildpacks need no launcher; whether a program's layers do is known only when it has built.
    private bool MayLaunch(Detection detection, OrderFile order) => (LauncherImage.OrNull() ?? order.LauncherImage) is null && Launchers.Mode(LauncherMode.OrNull()) switch
    {
        Lifecycle.LauncherMode.Always => true,
        Lifecycle.LauncherMode.Auto => detection.Group.Any(static buildpack => buildpack is ProgramBuildpack),
        _ => false,
    };

    private static string Describe(CandidateState state) => state switch
    {
        CandidateState.Selected => "applies",
        CandidateState.Failed => "does not apply",
        CandidateState.Errored => "could not tell",
        CandidateState.Shadowed or CandidateState.Unsuitable => "was not asked",
        _ => "is left out",
    };
}
