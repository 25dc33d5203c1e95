namespace BuildpackTasks.Lifecycle;

/// <summary>What a layer of an image is.</summary>
public enum InspectedLayerKind
{
    /// <summary>Nothing in the image says what it is.</summary>
    Unknown,

    /// <summary>One of the run image's.</summary>
    RunImage,

    /// <summary>A buildpack's.</summary>
    Buildpack,

    /// <summary>Files of the app.</summary>
    App,

    /// <summary>Bills of materials.</summary>
    Sbom,

    /// <summary>The launcher.</summary>
    Launcher,

    /// <summary>What the launcher reads.</summary>
    LauncherConfig,

    /// <summary>Links to the launcher, by process.</summary>
    ProcessTypes,
}
