namespace BuildpackTasks.Oci;

/// <summary>What an entry of a layer that somebody else made is.</summary>
internal enum TarEntryKind
{
    /// <summary>A regular file.</summary>
    File,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A symbolic link.</summary>
    SymbolicLink,

    /// <summary>Another name of a file in the same archive.</summary>
    HardLink,

    /// <summary>A device, a pipe, a sparse file: there, but nothing to read.</summary>
    Other,
}
