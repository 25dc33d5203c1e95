namespace BuildpackTasks.Lifecycle;

/// <summary>What became of an image of a fleet.</summary>
public enum FleetStatus
{
    /// <summary>Its tag names the rebased image.</summary>
    Rebased,

    /// <summary>There was nothing to do.</summary>
    UpToDate,

    /// <summary>There is something to do, and it is a dry run.</summary>
    WouldBeRebased,

    /// <summary>Its tag names again what it named before a rebase.</summary>
    Restored,

    /// <summary>It could not be done; the reason is told.</summary>
    Failed,

    /// <summary>The run was stopped before its turn.</summary>
    NotReached,
}
