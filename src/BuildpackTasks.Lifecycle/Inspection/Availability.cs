namespace BuildpackTasks.Lifecycle;

/// <summary>Whether there is something newer than what an image has.</summary>
public sealed record Availability
{
    private Availability(bool? isNewer, string? found, string? reason)
    {
        IsNewer = isNewer;
        Found = found;
        Reason = reason;
    }

    /// <summary>Whether there is; null where that cannot be told.</summary>
    public bool? IsNewer { get; }

    /// <summary>What there is: a pinned reference, a version; null where nothing is.</summary>
    public string? Found { get; }

    /// <summary>Why it cannot be told, or why there can be nothing newer; null otherwise.</summary>
    public string? Reason { get; }

    /// <summary>The packages that would change, where that is known.</summary>
    public IReadOnlyList<PackageChange> Packages { get; init; } = [];

    /// <summary>There is something newer.</summary>
    /// <param name="found">What.</param>
    public static Availability Newer(string found) => new(true, found, null);

    /// <summary>The image has the newest.</summary>
    /// <param name="reason">Why there can be nothing newer, or null.</param>
    public static Availability Current(string? reason = null) => new(false, null, reason);

    /// <summary>It cannot be told.</summary>
    /// <param name="reason">Why, without a full stop.</param>
    public static Availability Unknown(string reason) => new(null, null, reason);
}
