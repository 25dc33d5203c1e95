namespace BuildpackTasks.Oci;

/// <summary>Where a blob goes.</summary>
public enum BlobDirection
{
    /// <summary>To a registry.</summary>
    Upload,

    /// <summary>From a registry.</summary>
    Download,
}
