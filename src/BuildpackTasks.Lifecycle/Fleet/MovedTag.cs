using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>What a rollback file says of one tag: usually one move; several where a run was interrupted, or runs share the file.</summary>
/// <param name="image">The image's whole name with the tag.</param>
internal sealed class MovedTag(string image)
{
    private readonly List<(Digest Old, Digest New)> moves = [];

    /// <summary>The image's whole name with the tag.</summary>
    public string Image => image;

    /// <summary>Adds a move, which came after those before.</summary>
    public void Add(RollbackEntry entry) => moves.Add((entry.Old, entry.New));

    /// <summary>
    /// What the tag has to name to be as it was before the moves that led to what it names now. What somebody else put there between
    /// two of them is not gone behind.
    /// </summary>
    /// <param name="now">What the tag names.</param>
    /// <returns>The target; whether what the tag names was written by one of the moves; whether there is nothing to do.</returns>
    public (Digest Target, bool IsOurs, bool IsRestored) TargetOf(Digest? now)
    {
        Digest current = now ?? default;
        bool isOurs = false;
        for (int i = moves.Count - 1; i >= 0; i--)
        {
            if (now is null || moves[i].New != current) continue;
            isOurs = true;
            current = moves[i].Old;
        }
        if (isOurs) return (current, true, current == now);
        return (moves[0].Old, false, now is { } untouched && moves.Any(move => move.Old == untouched));
    }
}
