using System.Runtime.CompilerServices;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// Rebases many images, several at a time. One image's failure does not stop the others; a run that was ended, by whatever, goes on
/// where it was when the same is asked for again; every tag that is moved can be taken back.
/// </summary>
/// <param name="open">Opens the place that an image is in; null where it cannot be changed there.</param>
/// <param name="rebase">Computes what becomes of an image, which has a name for messages. Nothing is written by it.</param>
/// <param name="settings">How it is done.</param>
/// <param name="time">The clock; null for the machine's.</param>
public sealed class FleetRebaser(
    Func<ImageLocation, ITaggedStore?> open,
    Func<TaggedImage, string, CancellationToken, Task<RebaseResult>> rebase,
    FleetSettings settings,
    TimeProvider? time = null)
{
    private const int MaxNotes = 50;

    private readonly TimeProvider time = time ?? TimeProvider.System;

    /// <summary>Rebases images.</summary>
    /// <param name="items">The images, which are worked on while the rest of them is still being found. One that comes twice is done once.</param>
    /// <param name="progress">Told now and then how far it is; null where nobody asks.</param>
    /// <param name="cancellationToken">Stops the run; its summary says what it did not come to.</param>
    /// <returns>What was done. Failures of images are in it.</returns>
    /// <exception cref="LifecycleException">
    /// BPT2258: another run has the directory; BPT2259: journal, rollback file or summary cannot be written; BPT2267: the rollback file is something else.
    /// </exception>
    public async Task<FleetSummary> RunAsync(IAsyncEnumerable<FleetItem> items, IProgress<string>? progress = null, CancellationToken cancellationToken = default)
    {
        if (settings.Concurrency < 1) throw LifecycleErrors.BadSetting("RebaseConcurrency", $"{settings.Concurrency}", "and must be 1 or more");
        using IDisposable held = FleetLock.Acquire(settings.Directory);
        if (settings is { DryRun: false, RollbackFile: { } own }) await RollbackFile.CheckAsync(own, CancellationToken.None);
        using FleetJournal? journal = settings.DryRun ? null : await FleetJournal.OpenAsync(settings, time, CancellationToken.None);
        using RollbackFile? rollback = journal is null ? null : new RollbackFile(journal.RollbackFile, time);
        if (journal is not null) await KeptTags.RememberAsync(settings);
        using var summary = new SummaryFiles(settings.Directory, settings.DryRun ? "dry-run" : "rebase", "rebase", settings.DryRun, time);
        var told = new FleetProgress(progress, time);
        List<string> notes = [];
        if (journal?.Note is { } note)
        {
            notes.Add(note);
            told.Say(note);
        }

        var image = new ImageRebase(
            open, new SharedRebases(rebase), settings.KeepTag is null ? null : new KeptImages(settings.KeepTag), rollback, await EarlierAsync(journal, rollback), time);
        var runner = new FleetRunner(summary, told, settings.Concurrency);
        CodedException? problem = await runner.RunAsync(OnceAsync(items, notes, CancellationToken.None), RunAsync, static item => item.Name, cancellationToken);

        if (problem is null && !runner.IsListCut && summary.Counts.Total == 0) problem = LifecycleErrors.NothingAsked();
        if (runner.IsListCut) notes.Add("The run was stopped before the list of images was read to its end: further images were not reached.");
        FleetSummary done = summary.Complete(new FleetEnd(notes, problem, cancellationToken.IsCancellationRequested, IsMoved(journal, rollback) ? rollback!.Path : null));
        // What a run came to the end of is looked at anew by the next one: what is the newest changes, and so do tags.
        if (!done.IsInterrupted) journal?.Close();
        return done;

        async Task<FleetRecord> RunAsync(FleetItem item, CancellationToken stop)
        {
            if (journal?.TryGet(item.Name) is { } earlier) return earlier;
            FleetRecord record = await image.RunAsync(item, stop);
            if (journal is null || record.Status is not (FleetStatus.Rebased or FleetStatus.UpToDate)) return record;
            try
            {
                await journal.AddAsync(record);
            }
            catch (LifecycleException e)
            {
                // The image is done all the same; an interrupted run would look at it again.
                return record with { Notes = [.. record.Notes, e.Message] };
            }
            return record;
        }
    }

    private static bool IsMoved(FleetJournal? journal, RollbackFile? rollback) => rollback is not null && (rollback.IsWritten || (journal!.IsResumed && File.Exists(rollback.Path)));

    // Only what the interrupted run was about to do and had not noted as done.
    private static async Task<IReadOnlyDictionary<UInt128, RollbackEntry>> EarlierAsync(FleetJournal? journal, RollbackFile? rollback)
    {
        var earlier = new Dictionary<UInt128, RollbackEntry>();
        if (journal is not { IsResumed: true } || !File.Exists(rollback!.Path)) return earlier;
        await foreach ((_, RollbackEntry? entry) in RollbackFile.ReadAsync(rollback.Path, CancellationToken.None))
        {
            if (entry is not null && !journal.IsDone(entry.Image)) earlier[NameHash.Of(entry.Image)] = entry;
        }
        return earlier;
    }

    private static async IAsyncEnumerable<FleetItem> OnceAsync(
        IAsyncEnumerable<FleetItem> items, List<string> notes, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = new HashSet<UInt128>();
        int repeated = 0;
        await foreach (FleetItem item in items.WithCancellation(cancellationToken))
        {
            if (item.Problem is not null || seen.Add(NameHash.Of(item.Name)))
            {
                yield return item;
            }
            else if (++repeated <= MaxNotes)
            {
                notes.Add($"{item.Name} is named more than once, and is done once.");
            }
        }
        if (repeated > MaxNotes) notes.Add($"{repeated - MaxNotes} more images are named more than once.");
    }
}
