namespace BuildpackTasks.Lifecycle;

/// <summary>When an image gets a launcher (<c>LauncherMode</c>).</summary>
public enum LauncherMode
{
    /// <summary>Where its config cannot say how its processes start.</summary>
    Auto,

    /// <summary>Always, as images of other buildpack platforms have one.</summary>
    Always,

    /// <summary>Never; what cannot start without one is an error.</summary>
    Never,
}
