namespace BuildpackTasks.Oci;

/// <summary>What is done with a repository.</summary>
internal enum RegistryAccess
{
    /// <summary>Reading.</summary>
    Pull,

    /// <summary>Writing, and the reading that goes with it.</summary>
    Push,

    /// <summary>Listing the registry's repositories.</summary>
    List,

    /// <summary>Giving up an upload: registries with tokens want the right to delete for it.</summary>
    GiveUp,
}
