using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>What the build phase is given beside what earlier phases left.</summary>
/// <param name="AppDirectory">The published output, as an absolute path.</param>
/// <param name="ImageAppDirectory">Where the app will be in the image: an absolute path, <c>/</c>-separated.</param>
/// <param name="Environment">The environment of the build, as the platform provides it.</param>
public sealed record BuildSettings(string AppDirectory, string ImageAppDirectory, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>
    /// The published output, as an absolute path, where the app directory is a copy of it that programs may change (<see cref="PrivateApp"/>);
    /// null where it is the published output itself.
    /// </summary>
    public string? PublishedDirectory { get; init; }

    /// <summary>What the operator changes in the environment, after the user (platform specification, "Operator-Defined Variables").</summary>
    public IReadOnlyList<EnvironmentVariable> OperatorEnvironment { get; init; } = [];

    /// <summary>What the image is for: <c>production</c>, <c>test</c>, <c>development</c> or a name of the user's own.</summary>
    public string ExecutionEnvironment { get; init; } = "production";

    /// <summary>Whether a layer with a fingerprint is known, so that a buildpack need not make it.</summary>
    public Func<Digest, CancellationToken, Task<bool>> IsKnownAsync { get; init; } = static (_, _) => Task.FromResult(false);
}
