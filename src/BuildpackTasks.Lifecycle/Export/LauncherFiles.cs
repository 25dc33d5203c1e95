using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>A launcher for an image: its program, and what the image's metadata says of it.</summary>
/// <param name="Entries">Its files; the program is <c>/cnb/lifecycle/launcher</c>.</param>
/// <param name="Version">Its version, or empty where that is not known.</param>
/// <param name="PlatformApi">The Platform API that it is told to follow (<c>CNB_PLATFORM_API</c>).</param>
public sealed record LauncherFiles(IReadOnlyList<LayerEntry> Entries, string Version, string PlatformApi)
{
    /// <summary>The program's path in the image (platform specification, "Launch").</summary>
    public const string Program = "/cnb/lifecycle/launcher";

    /// <summary>The repository of its source, or null.</summary>
    public string? SourceRepository { get; init; }

    /// <summary>The commit of its source, or null.</summary>
    public string? SourceCommit { get; init; }
}
