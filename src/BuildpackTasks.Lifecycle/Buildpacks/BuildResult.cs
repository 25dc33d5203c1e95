using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>What a buildpack contributes (buildpack specification, "Build").</summary>
public sealed record BuildResult
{
    /// <summary>The layers.</summary>
    public IReadOnlyList<BuildpackLayer> Layers { get; init; } = [];

    /// <summary>Parts of the app directory that become layers of their own, in the image from the lowest; the first that matches a file has it.</summary>
    public IReadOnlyList<Slice> Slices { get; init; } = [];

    /// <summary>
    /// App files that have other bytes in the image than in the publish directory, or are not there, by path relative to the app
    /// directory. The specification lets a buildpack change the app directory; here that directory is the user's and stays as it
    /// is. A later buildpack goes before an earlier one.
    /// </summary>
    public IReadOnlyDictionary<string, FileContent> AppFiles { get; init; } = new Dictionary<string, FileContent>();

    /// <summary>The processes.</summary>
    public IReadOnlyList<Process> Processes { get; init; } = [];

    /// <summary>Labels of the image, by name.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>The environment of every process.</summary>
    public IReadOnlyList<EnvironmentVariable> Environment { get; init; } = [];

    /// <summary>
    /// What the files of its launch layers change in the environment of every process, in order. The launcher of an image that has
    /// one reads those files itself; in one that starts without, the image's config says the same.
    /// </summary>
    public IReadOnlyList<EnvironmentVariable> LaunchEnvironment { get; init; } = [];

    /// <summary>What they change for processes of one type only (<c>env.launch/TYPE/</c>), in order.</summary>
    public IReadOnlyDictionary<ProcessType, IReadOnlyList<EnvironmentVariable>> ProcessEnvironment { get; init; } = new Dictionary<ProcessType, IReadOnlyList<EnvironmentVariable>>();

    /// <summary>What its build layers change in the environment of later buildpacks, in order.</summary>
    public IReadOnlyList<EnvironmentVariable> BuildEnvironment { get; init; } = [];

    /// <summary>What its launch layers have that only a launcher can do, such as <c>exec.d</c>: a clause each.</summary>
    public IReadOnlyList<string> LauncherReasons { get; init; } = [];

    /// <summary>Bills of materials.</summary>
    public IReadOnlyList<SbomFile> Sboms { get; init; } = [];

    /// <summary>What it keeps for the next build beside its layers (<c>store.toml</c>, <c>[metadata]</c>), or null for nothing.</summary>
    public IReadOnlyDictionary<string, object>? Store { get; init; }

    /// <summary>Ports that the processes listen on, such as <c>8080/tcp</c>.</summary>
    public IReadOnlyList<string> Ports { get; init; } = [];

    /// <summary>App files that are programs, as paths relative to the app directory: they get mode 0755, all others 0644.</summary>
    public IReadOnlySet<string> Executables { get; init; } = new HashSet<string>();

    /// <summary>Names of the plan that the buildpack did not meet after all (<c>build.toml</c>, <c>[[unmet]]</c>).</summary>
    public IReadOnlyList<string> Unmet { get; init; } = [];
}
