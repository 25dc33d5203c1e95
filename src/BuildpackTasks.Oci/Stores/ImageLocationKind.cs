namespace BuildpackTasks.Oci;

/// <summary>Where an image is.</summary>
public enum ImageLocationKind
{
    /// <summary>In a registry.</summary>
    Registry,

    /// <summary>In an OCI layout in a directory: <c>oci:DIR[:TAG]</c>.</summary>
    OciLayout,

    /// <summary>In an OCI layout in a tar file: <c>oci-archive:FILE[:TAG]</c>.</summary>
    OciArchive,

    /// <summary>In a file as <c>docker save</c> writes it: <c>docker-archive:FILE[:TAG]</c>.</summary>
    DockerArchive,

    /// <summary>Nowhere: the image without layers, <c>scratch</c>.</summary>
    Scratch,
}
