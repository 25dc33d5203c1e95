namespace BuildpackTasks.Lifecycle;

/// <summary>What is mounted in a view.</summary>
internal enum ViewMountKind
{
    /// <summary>A part of the system that the view is based on; it cannot be changed.</summary>
    System,

    /// <summary>A file or directory that cannot be changed.</summary>
    ReadOnly,

    /// <summary>A directory whose content counts.</summary>
    Writable,

    /// <summary>A directory that goes away with the view.</summary>
    Scratch,

    /// <summary>An empty file or directory that hides what the system has there; it cannot be changed.</summary>
    Empty,

    /// <summary>A device.</summary>
    Device,

    /// <summary>The processes of the view.</summary>
    Processes,

    /// <summary>A part of <see cref="Processes"/> through which the kernel is set up; made read-only.</summary>
    KernelSettings,
}
