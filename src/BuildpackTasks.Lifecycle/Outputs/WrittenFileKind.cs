namespace BuildpackTasks.Lifecycle;

/// <summary>What stands at a path, with symbolic links followed.</summary>
internal enum WrittenFileKind
{
    /// <summary>Nothing.</summary>
    Missing,

    /// <summary>A regular file.</summary>
    File,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A socket.</summary>
    Socket,

    /// <summary>A pipe or a device.</summary>
    Special,

    /// <summary>Something that a symbolic link leads to and that is not among the files: it is not looked at.</summary>
    Outside,
}
