using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>Rebases one image of a fleet after the other: read, compute, keep the old one, note how to take it back, write, move the tag.</summary>
/// <param name="open">Opens the place that an image is in; null where it cannot be changed there.</param>
/// <param name="rebases">Computes what becomes of an image.</param>
/// <param name="kept">Keeps what is replaced; null where that is not asked for.</param>
/// <param name="rollback">Notes how to take it back; null in a dry run.</param>
/// <param name="earlier">What an interrupted run was about to write, by the image's name: an image that has it already is its work.</param>
/// <param name="time">The clock.</param>
internal sealed class ImageRebase(
    Func<ImageLocation, ITaggedStore?> open,
    SharedRebases rebases,
    KeptImages? kept,
    RollbackFile? rollback,
    IReadOnlyDictionary<UInt128, RollbackEntry> earlier,
    TimeProvider time)
{
    // To ask what a tag names costs a request: what was read a moment ago is believed.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    // A write that has begun is brought to its end when the run is stopped, if it does not take long.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>Rebases an image.</summary>
    /// <exception cref="CodedException">It cannot be done; its tag names what it did.</exception>
    public async Task<FleetRecord> RunAsync(FleetItem item, CancellationToken cancellationToken)
    {
        if (item.Problem is { } problem) throw problem;
        ITaggedStore store = open(item.Location!) ?? throw LifecycleErrors.NotReplaceable(item.Name);
        long read = time.GetTimestamp();
        TaggedImage image = await store.ReadTaggedAsync(item.Tag, cancellationToken) ?? throw LifecycleErrors.NoSuchImage(item.Name);
        Digest before = image.Descriptor.Digest;
        if (item.Pinned is { } pinned && pinned != before) throw LifecycleErrors.NotPinnedImage(item.Name, pinned, before);

        RebaseResult result = await rebases.RebaseAsync(store.Name, image, item.Name, cancellationToken);
        if (!result.IsChanged) return UpToDate(item, result);
        if (rollback is not { } moves) return FleetRecord.Of(item.Name, FleetStatus.WouldBeRebased, result);

        string? keptAs = null;
        try
        {
            if (kept is not null)
            {
                read = await CheckAsync(item, store, before, read, cancellationToken);
                keptAs = await kept.KeepAsync(item, store, image, cancellationToken);
            }
            // Nothing is sent for a tag that is somebody else's by now.
            read = await CheckAsync(item, store, before, read, cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            bool isNoted = false;
            await WriteAsync(item, store, result, BeforeTagAsync, cancellationToken);

            // What is sent may take minutes.
            async Task BeforeTagAsync(CancellationToken stop)
            {
                read = await CheckAsync(item, store, before, read, stop);
                if (!isNoted) await moves.AppendAsync(new RollbackEntry(item.Name, item.Tag, before, result.Digest), stop);
                isNoted = true;
            }
        }
        catch (CodedException e)
        {
            return FleetRecord.Of(item.Name, FleetStatus.Failed, result) with { After = null, Changes = [], KeptAs = keptAs, ErrorCode = e.Code, Error = e.Message };
        }
        return FleetRecord.Of(item.Name, FleetStatus.Rebased, result) with { KeptAs = keptAs };
    }

    private FleetRecord UpToDate(FleetItem item, RebaseResult result)
    {
        FleetRecord record = FleetRecord.Of(item.Name, FleetStatus.UpToDate, result);
        // The interrupted run moved the tag and was ended before it could say so.
        return earlier.TryGetValue(NameHash.Of(item.Name), out RollbackEntry? entry) && entry.New == result.Digest
            ? record with { Status = FleetStatus.Rebased, Before = entry.Old, IsEarlier = true }
            : record;
    }

    private async Task<long> CheckAsync(FleetItem item, ITaggedStore store, Digest before, long read, CancellationToken cancellationToken)
    {
        if (time.GetElapsedTime(read) <= Fresh) return read;
        long asked = time.GetTimestamp();
        Digest? now = await store.FindTagAsync(item.Tag, cancellationToken);
        return now == before ? asked : throw LifecycleErrors.TagMoved(item.Name, before, now);
    }

    private static async Task WriteAsync(FleetItem item, ITaggedStore store, RebaseResult result, Func<CancellationToken, Task> beforeTag, CancellationToken cancellationToken)
    {
        using var end = new CancellationTokenSource();
        await using CancellationTokenRegistration stop = cancellationToken.Register(() => end.CancelAfter(Grace));
        try
        {
            if (result.Index is { } index) await store.ReplaceAsync(item.Tag, index, beforeTag, end.Token);
            else await store.ReplaceAsync(item.Tag, result.Images[0].After, beforeTag, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            throw LifecycleErrors.InterruptedWrite(item.Name);
        }
    }
}
