namespace BuildpackTasks.Lifecycle;

/// <summary>Where the metadata of a layer come from before a build.</summary>
public enum RestoreSource
{
    /// <summary>From nowhere: the buildpack begins anew.</summary>
    Nothing,

    /// <summary>From the previous image.</summary>
    Image,

    /// <summary>From the cache of layer contents.</summary>
    Cache,
}
