using System.Collections.ObjectModel;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// The whole environment of a buildpack's program, as a value (buildpack specification, "Environment"; platform specification,
/// "Operator-Defined Variables"). What is applied later sees what was applied before: a few variables of the platform's own
/// process, what the build layers of earlier buildpacks change, the user's, the operator's, and last those that the lifecycle sets.
/// </summary>
public sealed record ProgramEnvironment
{
    // The reference's list: a platform may set anything in its own process, and MSBuild does (MSBuildSDKsPath, DOTNET_HOST_PATH);
    // a nested dotnet would take such settings for its own.
    private static readonly string[] Inheritable =
    [
        "CNB_STACK_ID", "HOSTNAME", "HOME", "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy",
        .. PathVariables.Build.Select(static path => path.Variable),
    ];

    /// <summary>The environment of the platform's own process, or of the build image; a few variables of it are passed on.</summary>
    public required IReadOnlyDictionary<string, string> Inherited { get; init; }

    /// <summary>The home directory that the program sees.</summary>
    public required string Home { get; init; }

    /// <summary>What the image will be stacked on.</summary>
    public required RunImageFacts RunImage { get; init; }

    /// <summary>The Buildpack API that the buildpack follows.</summary>
    public required BuildpackApi Api { get; init; }

    /// <summary>Where the program sees its buildpack: <c>/cnb/buildpacks/ID/VERSION</c>.</summary>
    public required string BuildpackDirectory { get; init; }

    /// <summary>What the image is for, such as <c>production</c>.</summary>
    public string ExecutionEnvironment { get; init; } = "production";

    /// <summary>What the build layers of earlier buildpacks change, in order; nothing in detection.</summary>
    public IReadOnlyList<EnvironmentVariable> BuildEnvironment { get; init; } = [];

    /// <summary>The variables that the user sets for the build.</summary>
    public IReadOnlyDictionary<string, string> UserEnvironment { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>What the operator changes, in order.</summary>
    public IReadOnlyList<EnvironmentVariable> OperatorEnvironment { get; init; } = [];

    /// <summary>Whether the buildpack is kept from what the user sets (<c>clear-env</c>); what the operator sets is applied all the same.</summary>
    public bool ClearsUserEnvironment { get; init; }

    /// <summary>The environment of <c>bin/detect</c>.</summary>
    /// <param name="planPath">Where the program writes its plan.</param>
    /// <returns>All variables, sorted by name.</returns>
    public IReadOnlyDictionary<string, string> ForDetection(string planPath) => Compute(("CNB_BUILD_PLAN_PATH", planPath));

    /// <summary>The environment of <c>bin/build</c>.</summary>
    /// <param name="layersDirectory">Where the program sees its layers: <c>/layers/ID</c>.</param>
    /// <param name="planPath">Where the program reads its part of the plan.</param>
    /// <returns>All variables, sorted by name.</returns>
    public IReadOnlyDictionary<string, string> ForBuild(string layersDirectory, string planPath) =>
        Compute(("CNB_LAYERS_DIR", layersDirectory), ("CNB_BP_PLAN_PATH", planPath));

    private SortedDictionary<string, string> Compute(params ReadOnlySpan<(string Name, string Value)> phase)
    {
        var variables = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string name in Inheritable)
        {
            if (Inherited.TryGetValue(name, out string? value)) variables[name] = value;
        }
        variables["HOME"] = Home;

        foreach ((string name, string value) in ImageEnvironment.Apply(variables, [.. BuildEnvironment, .. User(), .. OperatorEnvironment])) variables[name] = value;

        variables["CNB_PLATFORM_DIR"] = PlatformDirectory.ProgramPath;
        variables["CNB_BUILDPACK_DIR"] = BuildpackDirectory;
        foreach ((string name, string value) in phase) variables[name] = value;
        if (Api.HasTargets) AddTarget(variables);
        if (Api.HasExecutionEnvironments) variables["CNB_EXEC_ENV"] = ExecutionEnvironment;
        return variables;
    }

    /// <summary>The user's value of a path variable goes before what is there; any other takes its place ("Provided by the Platform").</summary>
    private IEnumerable<EnvironmentVariable> User() => ClearsUserEnvironment ? [] :
        from variable in UserEnvironment
        let isPath = PathVariables.Contains(variable.Key)
        select new EnvironmentVariable(
            variable.Key, variable.Value, isPath ? EnvironmentAction.Prepend : EnvironmentAction.Override, isPath ? PathVariables.Separator : "");

    /// <summary>"Targets": what is not known is not set.</summary>
    private void AddTarget(SortedDictionary<string, string> variables)
    {
        ReadOnlySpan<(string Name, string? Value)> target =
        [
            ("CNB_TARGET_OS", RunImage.Platform.Os),
            ("CNB_TARGET_ARCH", RunImage.Platform.Architecture),
            ("CNB_TARGET_ARCH_VARIANT", RunImage.Platform.Variant),
            ("CNB_TARGET_DISTRO_NAME", RunImage.DistributionName),
            ("CNB_TARGET_DISTRO_VERSION", RunImage.DistributionVersion),
        ];
        foreach ((string name, string? value) in target)
        {
            if (!string.IsNullOrEmpty(value)) variables[name] = value;
        }
    }
}
