namespace BuildpackTasks.Lifecycle;

/// <summary>What a buildpack may look at in detection.</summary>
/// <param name="AppDirectory">The published output, as an absolute path.</param>
/// <param name="RunImage">What the image will be stacked on.</param>
/// <param name="Environment">The environment of the build, as the platform provides it.</param>
public sealed record DetectContext(string AppDirectory, RunImageFacts RunImage, IReadOnlyDictionary<string, string> Environment)
{
    /// <summary>What the image is for: <c>production</c>, <c>test</c>, <c>development</c> or a name of the user's own.</summary>
    public string ExecutionEnvironment { get; init; } = "production";

    /// <summary>What the operator changes in the environment, after the user (platform specification, "Operator-Defined Variables").</summary>
    public IReadOnlyList<EnvironmentVariable> OperatorEnvironment { get; init; } = [];
}

