namespace BuildpackTasks.Oci;

/// <summary>Where a layer was found.</summary>
public enum LayerOrigin
{
    /// <summary>Nowhere: it was made in this build.</summary>
    Created,

    /// <summary>In the layer cache of this machine.</summary>
    Cache,

    /// <summary>In the image that was published before.</summary>
    PreviousImage,

    /// <summary>In a repository that shares layers between projects.</summary>
    CacheRepository,
}
