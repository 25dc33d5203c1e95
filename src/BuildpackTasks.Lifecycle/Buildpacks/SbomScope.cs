namespace BuildpackTasks.Lifecycle;

/// <summary>What a bill of materials is about.</summary>
public enum SbomScope
{
    /// <summary>A layer, and what that is for.</summary>
    Layer,

    /// <summary>What is in the image beside layers (<c>launch.sbom.*</c>).</summary>
    Launch,

    /// <summary>What was used to build (<c>build.sbom.*</c>); it is not in the image.</summary>
    Build,
}
