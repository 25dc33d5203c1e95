namespace BuildpackTasks.Lifecycle;

/// <summary>How the files of a slice get their times.</summary>
public enum FileTimes
{
    /// <summary>All have the specification's constant time.</summary>
    Constant,

    /// <summary>
    /// Each has a time derived from its content: a server derives a file's ETag from time and length, so two versions of equal
    /// length would otherwise look the same to a browser's cache.
    /// </summary>
    FromContent,
}
