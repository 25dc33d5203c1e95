using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;

namespace BuildpackTasks.DotNet;

/// <summary>
/// Adds the shared frameworks of a framework-dependent app to a run image that has no .NET: one layer for the base framework, which
/// all apps share, and one for ASP.NET Core.
/// </summary>
/// <param name="project">What the build says of the app.</param>
/// <param name="packs">The packs of <see cref="RuntimePlan"/>; needed for the build, not for detection.</param>
public sealed class DotNetRuntimeBuildpack(PublishedProject project, IReadOnlyList<ResolvedPack> packs) : IBuildpack
{
    /// <summary>What the buildpack provides and the app's buildpack requires.</summary>
    internal const string Runtime = "dotnet-runtime";

    /// <summary>The id by which <c>Buildpack</c> items and images name it.</summary>
    public static BuildpackId Id { get; } = BuildpackId.Parse("buildpacktasks/dotnet-runtime");

    /// <inheritdoc/>
    public BuildpackDescriptor Descriptor { get; } = BuiltIn.Describe(Id, ".NET runtime");

    /// <inheritdoc/>
    /// <exception cref="DotNetException">The app cannot be read, or the run image has a .NET that does not serve it: BPT3002 to BPT3013.</exception>
    public async Task<DetectResult> DetectAsync(DetectContext context, CancellationToken cancellationToken)
    {
        if (await BuiltIn.TryReadAsync(project, context.AppDirectory, cancellationToken) is not { App: { } app } read) return DetectResult.Fail("no published .NET app");
        if (!app.IsFrameworkDependent) return DetectResult.Fail(project.IsNativeAot ? "the app is native code and needs no .NET" : "the app has .NET with it");

        RuntimePlan plan = RuntimePlan.For(app, context.RunImage);
        if (RunImageRuntime.Of(context.RunImage) is { } present) return DetectResult.Fail($"the run image has .NET {present.Version}");
        return DetectResult.Pass(
            $"the run image has no .NET, and the app needs {string.Join(" and ", app.Frameworks)}",
            new BuildPlanOption([Runtime], []));
    }

    /// <inheritdoc/>
    /// <exception cref="DotNetException">BPT3014: a pack is missing. BPT3015: a pack does not hold what it should.</exception>
    public async Task<BuildResult> BuildAsync(BuildContext context, CancellationToken cancellationToken)
    {
        PublishedApp app = await PublishedApp.ReadAsync(project, context.AppDirectory, cancellationToken);
        RuntimePlan plan = RuntimePlan.For(app, context.RunImage);
        bool withStandaloneCollectors = UsesStandaloneCollector(app);
        var layers = new List<BuildpackLayer>();
        foreach (RequiredPack pack in plan.Runtimes)
        {
            // What is known needs no pack; where it was found it is whole.
            ResolvedPack? resolved = await context.IsKnownAsync(FingerprintOf(pack, app), cancellationToken) ? null : BuiltIn.Find(packs, pack);
            layers.Add(RuntimeLayers.Create(pack, resolved, project.RuntimeIdentifier, withStandaloneCollectors, app.Frameworks));
        }
        return new BuildResult
        {
            Layers = layers,
            Environment = [new EnvironmentVariable("DOTNET_ROOT", RuntimeLayers.Root, EnvironmentAction.Default)],
        };
    }

    /// <summary>What decides the layer that a runtime pack becomes for an app: where that is known, the pack is not needed.</summary>
    /// <param name="pack">The pack.</param>
    /// <param name="app">The app.</param>
    public static Digest FingerprintOf(RequiredPack pack, PublishedApp app) =>
        RuntimeLayers.Fingerprint(pack, app.Project.RuntimeIdentifier, UsesStandaloneCollector(app));

    private static bool UsesStandaloneCollector(PublishedApp app) =>
        app.RuntimeConfig!.Properties.Keys.Any(static name => name is "System.GC.Name" or "System.GC.Path")
        || app.Project.Environment.Keys.Any(static name => name is "DOTNET_GCName" or "DOTNET_GCPath");
}
