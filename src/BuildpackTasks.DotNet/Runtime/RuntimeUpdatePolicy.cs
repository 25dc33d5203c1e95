namespace BuildpackTasks.DotNet;

/// <summary>To which other versions the runtime of an image may be moved without building.</summary>
public enum RuntimeUpdatePolicy
{
    /// <summary>Other patches of the same major and minor version.</summary>
    LatestPatch,

    /// <summary>Other minor versions of the same major version too.</summary>
    Minor,
}
