namespace BuildpackTasks.Oci;

/// <summary>Which program runs containers.</summary>
public enum ContainerEngineKind
{
    /// <summary>Docker.</summary>
    Docker,

    /// <summary>Podman.</summary>
    Podman,
}
