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

    /// <summary>Ports that the processes listen on, such as <c>8080/tcp</c>.</summary>
    public IReadOnlyList<string> Ports { get; init; } = [];

    /// <summary>App files that are programs, as paths relative to the app directory: they get mode 0755, all others 0644.</summary>
    public IReadOnlySet<string> Executables { get; init; } = new HashSet<string>();

    /// <summary>Names of the plan that the buildpack did not meet after all (<c>build.toml</c>, <c>[[unmet]]</c>).</summary>
    public IReadOnlyList<string> Unmet { get; init; } = [];
}
