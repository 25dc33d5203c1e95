using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>Takes rebases back: every tag that a rollback file names gets the image again that it had.</summary>
/// <param name="open">Opens the place that an image is in; null where it cannot be changed there.</param>
/// <param name="settings">The directory for the summary, and how many images are worked on at a time.</param>
/// <param name="force">Whether a tag that somebody else moved since is moved back as well.</param>
/// <param name="time">The clock; null for the machine's.</param>
public sealed class FleetRollback(Func<ImageLocation, ITaggedStore?> open, FleetSettings settings, bool force, TimeProvider? time = null)
{
    private readonly TimeProvider time = time ?? TimeProvider.System;

    /// <summary>Rolls back. What has been rolled back already stays as it is.</summary>
    /// <param name="file">The absolute path of the rollback file.</param>
    /// <param name="progress">Told now and then how far it is; null where nobody asks.</param>
    /// <param name="cancellationToken">Stops the run; its summary says what it did not come to.</param>
    /// <returns>What was done. Failures of images are in it.</returns>
    /// <exception cref="LifecycleException">BPT2258: another run has the directory; BPT2259: a file cannot be read or written; BPT2267: the file is no rollback file.</exception>
    public async Task<FleetSummary> RunAsync(string file, IProgress<string>? progress = null, CancellationToken cancellationToken = default)
    {
        if (settings.Concurrency < 1) throw LifecycleErrors.BadSetting("RebaseConcurrency", $"{settings.Concurrency}", "and must be 1 or more");
        using IDisposable held = FleetLock.Acquire(settings.Directory);
        (IReadOnlyList<MovedTag> tags, IReadOnlyList<long> broken) = await ReadAsync(file, cancellationToken);
        // What an interrupted rebase has done is about to be undone.
        FleetJournal.Forget(settings.Directory);
        using var summary = new SummaryFiles(settings.Directory, "rollback", "rollback", isDryRun: false, time);
        var told = new FleetProgress(progress, time);
        var runner = new FleetRunner(summary, told, settings.Concurrency);
        await runner.RunAsync(tags.ToAsyncEnumerable(), RestoreAsync, static tag => tag.Image, cancellationToken);
        CodedException? problem = broken.Count == 0 ? null
            : LifecycleErrors.BadRollbackFile(file, $"{broken.Count} of its lines are malformed, the first of them line {broken[0]}; what the others name was rolled back");
        return summary.Complete(new FleetEnd([], problem, cancellationToken.IsCancellationRequested, null));
    }

    private async Task<FleetRecord> RestoreAsync(MovedTag moved, CancellationToken cancellationToken)
    {
        FleetItem item = FleetItem.Parse(moved.Image, settings.Directory);
        if (item.Problem is { } problem) throw problem;
        ITaggedStore store = open(item.Location!) ?? throw LifecycleErrors.NotReplaceable(moved.Image);
        Digest? now = await store.FindTagAsync(item.Tag, cancellationToken);
        (Digest target, bool isOurs, bool isRestored) = moved.TargetOf(now);
        if (isRestored) return new FleetRecord(moved.Image, FleetStatus.UpToDate) { Before = now, After = now };
        if (!isOurs && !force) throw LifecycleErrors.MovedSince(moved.Image, now);

        TaggedImage old = await store.ReadTaggedAsync(target.ToString(), cancellationToken) ?? throw LifecycleErrors.OldImageGone(moved.Image, target);
        await store.TagAsync(old, item.Tag, cancellationToken);
        return new FleetRecord(moved.Image, FleetStatus.Restored)
        {
            Before = now,
            After = target,
            Overridden = isOurs ? [] : [LifecycleErrors.MovedSince(moved.Image, now).Message],
        };
    }

    private static async Task<(IReadOnlyList<MovedTag> Tags, IReadOnlyList<long> Broken)> ReadAsync(string file, CancellationToken cancellationToken)
    {
        var tags = new Dictionary<string, MovedTag>(StringComparer.Ordinal);
        var order = new List<MovedTag>();
        var broken = new List<long>();
        await foreach ((long number, RollbackEntry? entry) in RollbackFile.ReadAsync(file, cancellationToken))
        {
            if (entry is null)
            {
                broken.Add(number);
                continue;
            }
            if (!tags.TryGetValue(entry.Image, out MovedTag? tag))
            {
                tags.Add(entry.Image, tag = new MovedTag(entry.Image));
                order.Add(tag);
            }
            tag.Add(entry);
        }
        return (order, broken);
    }
}
