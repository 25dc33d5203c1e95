using System.Diagnostics.CodeAnalysis;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// A version of the Buildpack API, as what differs between versions (buildpack specification, "Buildpack API Version"). Versions
/// below 1 are compatible with themselves only.
/// </summary>
public sealed record BuildpackApi
{
    private static readonly BuildpackApi[] All =
    [
        new("0.8") { CommandIsText = true, ProcessesMayBeIndirect = true },
        new("0.9"),
        new("0.10") { HasTargets = true },
        new("0.11") { HasTargets = true },
        new("0.12") { HasTargets = true, HasExecutionEnvironments = true },
    ];

    private BuildpackApi(string version) => Version = version;

    /// <summary>The versions that are supported, the oldest first.</summary>
    public static IReadOnlyList<BuildpackApi> Supported => All;

    /// <summary>The version, such as <c>0.12</c>.</summary>
    public string Version { get; }

    /// <summary>A process's command is one text, to which the arguments are appended; later a list whose tail always stays.</summary>
    public bool CommandIsText { get; private init; }

    /// <summary>A process may be started by a shell (<c>direct = false</c>, and where nothing is said); later the key is an error.</summary>
    public bool ProcessesMayBeIndirect { get; private init; }

    /// <summary>Programs are told of the target (<c>CNB_TARGET_*</c>), and a buildpack may name the targets that it is for.</summary>
    public bool HasTargets { get; private init; }

    /// <summary>Programs are told of the execution environment (<c>CNB_EXEC_ENV</c>), and buildpacks and processes may name theirs.</summary>
    public bool HasExecutionEnvironments { get; private init; }

    /// <summary>Finds a supported version.</summary>
    /// <param name="version">The version, such as <c>0.12</c>.</param>
    /// <param name="api">It, where the answer is true.</param>
    public static bool TryParse([NotNullWhen(true)] string? version, [NotNullWhen(true)] out BuildpackApi? api)
    {
        api = Array.Find(All, known => known.Version == version);
        return api is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => Version;
}
