namespace BuildpackTasks.Lifecycle;

/// <summary>What a buildpack says of itself (buildpack specification, "buildpack.toml").</summary>
/// <param name="Id">Its id.</param>
/// <param name="Version">Its version, <c>X.Y.Z</c>.</param>
/// <param name="Api">The Buildpack API that it follows, such as <c>0.12</c>.</param>
/// <param name="Name">What people call it, or null.</param>
/// <param name="Homepage">Where to read about it, or null.</param>
public sealed record BuildpackDescriptor(BuildpackId Id, string Version, string Api, string? Name = null, string? Homepage = null)
{
    /// <summary>What it is for; empty for everything.</summary>
    public IReadOnlyList<BuildTarget> Targets { get; init; } = [];

    /// <summary>The execution environments that it is for, such as <c>production</c>; empty for all.</summary>
    public IReadOnlyList<string> ExecutionEnvironments { get; init; } = [];

    /// <summary>Whether its programs are kept from the environment that the user sets (<c>clear-env</c>).</summary>
    public bool ClearEnvironment { get; init; }

    /// <summary>The media types of the bills of materials that it may write (<c>sbom-formats</c>).</summary>
    public IReadOnlyList<string> SbomFormats { get; init; } = [];

    /// <summary>The text <c>id@version</c>.</summary>
    public override string ToString() => $"{Id}@{Version}";
}
