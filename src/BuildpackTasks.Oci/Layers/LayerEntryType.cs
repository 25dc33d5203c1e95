namespace BuildpackTasks.Oci;

/// <summary>What an entry of a layer is.</summary>
public enum LayerEntryType
{
    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A regular file.</summary>
    File,

    /// <summary>A symbolic link.</summary>
    SymbolicLink,
}
