namespace BuildpackTasks.Oci;

/// <summary>How much an archive may unpack to.</summary>
/// <param name="MaxLength">How many bytes its tar may have, headers and all.</param>
/// <param name="MaxEntries">How many entries it may have.</param>
public sealed record UnpackLimits(long MaxLength, int MaxEntries)
{
    /// <summary>Whether symbolic links may lead anywhere. What is unpacked is never written through one.</summary>
    public bool AllowsLinksOut { get; init; }

    /// <summary>More than any buildpack has, those included that bring what they install.</summary>
    public static UnpackLimits Default { get; } = new(4L << 30, 100_000);

    /// <summary>More than any image has that somebody builds with.</summary>
    public static UnpackLimits Image { get; } = new(64L << 30, 2_000_000);
}
