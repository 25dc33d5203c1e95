namespace BuildpackTasks.Lifecycle;

/// <summary>What a layer is, which decides where the image's metadata names it (platform specification, "io.buildpacks.lifecycle.metadata").</summary>
internal enum PlannedLayerKind
{
    /// <summary>A launch layer of a buildpack.</summary>
    Buildpack,

    /// <summary>The bills of materials of what is in the image.</summary>
    Sbom,

    /// <summary>A slice of the app, or the rest of it.</summary>
    App,

    /// <summary>The launcher.</summary>
    Launcher,

    /// <summary>What the launcher reads.</summary>
    LauncherConfig,

    /// <summary>A link to the launcher for each process.</summary>
    ProcessTypes,
}
