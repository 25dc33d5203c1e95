namespace BuildpackTasks.Lifecycle;

/// <summary>Whether a buildpack applies (buildpack specification, "Detection": exit status 0, 100, any other).</summary>
public enum DetectOutcome
{
    /// <summary>It applies.</summary>
    Passed,

    /// <summary>It does not apply.</summary>
    Failed,

    /// <summary>It could not tell: its detection went wrong.</summary>
    Errored,
}
