using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>What a buildpack may look at in the build.</summary>
/// <param name="AppDirectory">The published output, as an absolute path.</param>
/// <param name="ImageAppDirectory">Where the app will be in the image: an absolute path, <c>/</c>-separated, without a trailing slash.</param>
/// <param name="ImageLayersDirectory">Where the buildpack's layers will be in the image: <c>/layers/ID</c>.</param>
/// <param name="RunImage">What the image will be stacked on.</param>
/// <param name="Environment">The environment of the build, as the platform provides it.</param>
/// <param name="Plan">What the group requires of this buildpack.</param>
public sealed record BuildContext(
    string AppDirectory,
    string ImageAppDirectory,
    string ImageLayersDirectory,
    RunImageFacts RunImage,
    IReadOnlyDictionary<string, string> Environment,
    IReadOnlyList<BuildPlanRequire> Plan)
{
    /// <summary>
    /// Where a buildpack that is a program finds and leaves its layers, on this machine: <c>LAYER/</c>, <c>LAYER.toml</c> and so on.
    /// </summary>
    public string LayersDirectory { get; init; } = "";

    /// <summary>What the build layers of the buildpacks before it change in the environment of the build, in order.</summary>
    public IReadOnlyList<EnvironmentVariable> BuildEnvironment { get; init; } = [];

    /// <summary>What the operator changes in the environment, after the user (platform specification, "Operator-Defined Variables").</summary>
    public IReadOnlyList<EnvironmentVariable> OperatorEnvironment { get; init; } = [];

    /// <summary>What the image is for: <c>production</c>, <c>test</c>, <c>development</c> or a name of the user's own.</summary>
    public string ExecutionEnvironment { get; init; } = "production";

    /// <summary>What the files of the buildpack's layers in the previous image do when a process starts, as far as that image says it.</summary>
    public IReadOnlyDictionary<LayerName, LayerStart> PreviousStarts { get; init; } = new Dictionary<LayerName, LayerStart>();

    /// <summary>Whether a layer with a fingerprint is known: then its entries are not asked for.</summary>
    public Func<Digest, CancellationToken, Task<bool>> IsKnownAsync { get; init; } = static (_, _) => Task.FromResult(false);
}
