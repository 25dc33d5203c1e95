namespace BuildpackTasks.Lifecycle;

/// <summary>The phase that programs run in, which decides what they may change.</summary>
public enum ProgramPhase
{
    /// <summary>They may look at the app and change nothing.</summary>
    Detection,

    /// <summary>They may change the app, and their own layers.</summary>
    Build,
}
