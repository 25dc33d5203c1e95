namespace BuildpackTasks.Oci;

/// <summary>Which family of media types an image's manifest, config and layers have.</summary>
public enum ImageFormat
{
    /// <summary>The OCI image specification's.</summary>
    Oci,

    /// <summary>Docker's Image Manifest V2, Schema 2.</summary>
    Docker,
}
