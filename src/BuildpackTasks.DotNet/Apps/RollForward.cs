namespace BuildpackTasks.DotNet;

/// <summary>Which other version of a framework the host may take (host documentation, "rollForward").</summary>
public enum RollForward
{
    /// <summary>The very version that is asked for.</summary>
    Disable,

    /// <summary>The newest patch of the minor version that is asked for.</summary>
    LatestPatch,

    /// <summary>The lowest minor version that is not below what is asked for, in its newest patch. The host's default.</summary>
    Minor,

    /// <summary>The highest minor version of the same major version.</summary>
    LatestMinor,

    /// <summary>The lowest version that is not below what is asked for, in its newest patch.</summary>
    Major,

    /// <summary>The highest version.</summary>
    LatestMajor,
}
