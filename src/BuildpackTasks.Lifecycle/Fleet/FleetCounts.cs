namespace BuildpackTasks.Lifecycle;

/// <summary>How many images a run met, by what became of them.</summary>
/// <param name="Rebased">Rebased, now or by the interrupted run that this one continues.</param>
/// <param name="UpToDate">With nothing to do.</param>
/// <param name="WouldBeRebased">With something to do, in a dry run.</param>
/// <param name="Restored">Rolled back.</param>
/// <param name="Failed">Failed.</param>
/// <param name="NotReached">Not reached.</param>
public sealed record FleetCounts(int Rebased, int UpToDate, int WouldBeRebased, int Restored, int Failed, int NotReached)
{
    /// <summary>All of them.</summary>
    public int Total => Rebased + UpToDate + WouldBeRebased + Restored + Failed + NotReached;

    /// <summary>The counts that are not nought, in words.</summary>
    public override string ToString()
    {
        string text = string.Join(", ", new[]
        {
            (Rebased, "rebased"), (UpToDate, "up to date"), (WouldBeRebased, "would be rebased"), (Restored, "restored"), (Failed, "failed"), (NotReached, "not reached"),
        }.Where(static count => count.Item1 > 0).Select(static count => $"{count.Item1} {count.Item2}"));
        return text.Length == 0 ? "no images" : text;
    }

    internal FleetCounts With(FleetStatus status) => status switch
    {
        FleetStatus.Rebased => this with { Rebased = Rebased + 1 },
        FleetStatus.UpToDate => this with { UpToDate = UpToDate + 1 },
        FleetStatus.WouldBeRebased => this with { WouldBeRebased = WouldBeRebased + 1 },
        FleetStatus.Restored => this with { Restored = Restored + 1 },
        FleetStatus.Failed => this with { Failed = Failed + 1 },
        _ => this with { NotReached = NotReached + 1 },
    };
}
