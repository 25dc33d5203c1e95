namespace BuildpackTasks.Oci;

/// <summary>What was done so that a blob is where an image was written.</summary>
public enum BlobTransferKind
{
    /// <summary>Nothing: it was there.</summary>
    Present,

    /// <summary>The registry took it over from another of its repositories (distribution specification, "Mounting a blob").</summary>
    Mounted,

    /// <summary>Its bytes were sent or written.</summary>
    Sent,
}
