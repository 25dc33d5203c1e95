namespace BuildpackTasks.Lifecycle;

/// <summary>Says now and then how far a run is.</summary>
/// <param name="progress">Told of it; null where nobody asks.</param>
/// <param name="time">The clock.</param>
internal sealed class FleetProgress(IProgress<string>? progress, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private long last = time.GetTimestamp();
    private long total = -1;

    /// <summary>Notes how many images there are, once that is known.</summary>
    public void SetTotal(long count) => Interlocked.Exchange(ref total, count);

    /// <summary>Says something at once.</summary>
    public void Say(string line) => progress?.Report(line);

    /// <summary>Says how far the run is, if that was not said a moment ago.</summary>
    public void Report(FleetCounts counts)
    {
        long before = Interlocked.Read(ref last);
        if (progress is null || time.GetElapsedTime(before) < Interval || Interlocked.CompareExchange(ref last, time.GetTimestamp(), before) != before) return;
        long known = Interlocked.Read(ref total);
        progress.Report(known < 0 ? $"{counts.Total} images: {counts}" : $"{counts.Total} of {known} images: {counts}");
    }
}
