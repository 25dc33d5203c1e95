namespace BuildpackTasks.Oci;

/// <summary>How much an archive may unpack to.</summary>
/// <param name="MaxLength">How many bytes its tar may have, headers and all.</param>
/// <param name="MaxEntries">How many entries it may have.</param>
public sealed record UnpackLimits(long MaxLength, int MaxEntries)
{
    /// <summary>
    /// Whether the archive was made on this machine, of a directory of this machine: then names, links and permissions are what they were
    /// there, wherever links lead. Nothing is written through a link all the same.
    /// </summary>
    public bool IsOwn { get; init; }

    /// <summary>More than any buildpack has, those included that bring what they install.</summary>
    public static UnpackLimits Default { get; } = new(4L << 30, 100_000);

    /// <summary>More than any image has that somebody builds with.</summary>
    public static UnpackLimits Image { get; } = new(64L << 30, 2_000_000);
}
