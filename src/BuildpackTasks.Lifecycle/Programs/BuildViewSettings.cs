namespace BuildpackTasks.Lifecycle;

/// <summary>What the programs of one phase see. Directories on this machine are absolute paths.</summary>
public sealed record BuildViewSettings
{
    /// <summary>The phase.</summary>
    public required ProgramPhase Phase { get; init; }

    /// <summary>
    /// Where what only lives as long as the view is kept: home, temporary and exchanged files. Shared with other builds; what one
    /// left behind that was ended by force is removed.
    /// </summary>
    public required string ScratchDirectory { get; init; }

    /// <summary>The app, on this machine.</summary>
    public required string AppDirectory { get; init; }

    /// <summary>Where the programs see it, which is where it will be in the image.</summary>
    public required string ImageAppDirectory { get; init; }

    /// <summary>
    /// What the programs see as <c>/layers</c>. In detection nothing in it can be changed, in the build only the directory that a program
    /// is told is its own (<c>CNB_LAYERS_DIR</c>), which has to be there.
    /// </summary>
    public required string LayersDirectory { get; init; }

    /// <summary>The variables that the user sets, which the programs see as files in <c>/platform/env</c>.</summary>
    public IReadOnlyDictionary<string, string> UserEnvironment { get; init; } = new Dictionary<string, string>();

    /// <summary>The buildpacks, which the programs see at <see cref="BuildpackDirectory.ProgramPath"/>.</summary>
    public required IReadOnlyList<BuildpackDirectory> Buildpacks { get; init; }

    /// <summary>How long a program may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>
    /// What else is hidden of <c>/usr</c>, <c>/opt</c> and <c>/etc</c>: a home or a configuration with credentials that is there. All other
    /// directories are not visible anyway, and what the programs are to see is there nevertheless.
    /// </summary>
    public required IReadOnlyList<string> Hidden { get; init; }

    /// <summary>Where the system's programs are that make the view: a value for <c>PATH</c>.</summary>
    public string SearchPath { get; init; } = Environment.GetEnvironmentVariable("PATH") ?? "";
}
