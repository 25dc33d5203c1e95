using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>What the user set about the image. Every part wins over what buildpacks contribute.</summary>
public sealed record ExportSettings
{
    /// <summary>Who the process runs as (<c>user[:group]</c>); null for the run image's user.</summary>
    public string? User { get; init; }

    /// <summary>Variables, applied after the buildpacks' in this order.</summary>
    public IReadOnlyList<EnvironmentVariable> Environment { get; init; } = [];

    /// <summary>Labels, by name.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Ports beside those of the run image and of the buildpacks, such as <c>8080/tcp</c>.</summary>
    public IReadOnlyList<string> Ports { get; init; } = [];

    /// <summary>How the image starts.</summary>
    public ImageCommand Command { get; init; } = new();

    /// <summary>Processes beside the buildpacks'; one of the same type takes the buildpack's place.</summary>
    public IReadOnlyList<Process> Processes { get; init; } = [];

    /// <summary>The process that runs by default; null for the one that says so itself.</summary>
    public ProcessType? DefaultProcess { get; init; }

    /// <summary>When the image gets a launcher.</summary>
    public LauncherMode LauncherMode { get; init; }

    /// <summary>What the image is for: processes that are for something else do not start by default (Buildpack API 0.12).</summary>
    public string ExecutionEnvironment { get; init; } = "production";

    /// <summary>When the image says it was made; null for the specification's constant, 1980-01-01T00:00:01Z.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>The image's media types; null for the run image's.</summary>
    public ImageFormat? Format { get; init; }

    /// <summary>Where the app's source is (platform specification, "project-metadata.toml"), TOML values by key.</summary>
    public IReadOnlyDictionary<string, object> ProjectMetadata { get; init; } = new Dictionary<string, object>();
}
