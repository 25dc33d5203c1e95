using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace BuildpackTasks;

/// <summary>What the tasks share that change many images: how many at a time, and what is said of them.</summary>
public abstract class FleetTask : LifecycleTask
{
    // A summary that fills more than this is read in its file.
    private const int MaxShownLines = 200;

    private const int DefaultConcurrency = 8;
    private const int MaxConcurrency = 64;

    /// <summary><c>RebaseConcurrency</c>: how many images are worked on at a time; empty for 8.</summary>
    public string? Concurrency { get; set; }

    /// <summary><c>ForceRebase</c> or <c>ForceRollback</c>: whether what speaks against it is only said.</summary>
    public bool Force { get; set; }

    /// <summary><c>RollbackFile</c>: the file with the tags that are moved.</summary>
    public string? RollbackFile { get; set; }

    /// <summary>The summary for programs: its path; metadata <c>Rebased</c>, <c>UpToDate</c>, <c>WouldBeRebased</c>, <c>Restored</c>, <c>Failed</c>, <c>NotReached</c>, <c>TextFile</c>, <c>RollbackFile</c>.</summary>
    [Output]
    public ITaskItem[] Summary { get; set; } = [];

    /// <inheritdoc/>
    private protected override bool IsPhase => false;

    /// <inheritdoc/>
    private protected override IEnumerable<ImageDirectory> States => [];

    private protected FleetSettings FleetSettings => new()
    {
        Directory = Path.TrimEndingDirectorySeparator(ImageDirectory),
        Concurrency = ConcurrencyNumber(),
        RollbackFile = RollbackFile.OrNull() is { } file ? Path.GetFullPath(file, ProjectDirectory) : null,
    };

    /// <summary>Where an image is and can be changed; null where it cannot.</summary>
    private protected static ITaggedStore? Open(ImageSession session, ImageLocation location) =>
        // What a thousand images say is read once and not kept.
        location.OpenStore(session.Registries, null) as ITaggedStore;

    /// <summary>Says what was done, and fails where not all of it was.</summary>
    /// <param name="summary">What was done.</param>
    private protected async System.Threading.Tasks.Task ReportAsync(FleetSummary summary)
    {
        string[] lines = await File.ReadAllLinesAsync(summary.TextFile, CancellationToken.None);
        foreach (string line in lines.Take(MaxShownLines)) Say(line);
        if (lines.Length > MaxShownLines) Say($"{lines.Length - MaxShownLines} more lines are in {summary.TextFile}");
        Summary = [Item(summary)];
        foreach (FleetRecord failure in summary.Failures) LogFailure(failure);
        if (summary.Problem is { } problem) throw problem;
        if (summary.IsInterrupted) throw TaskErrors.Interrupted(summary.Counts);
        // What is wrong with the only image has been said.
        if (!summary.Succeeded && summary.Counts.Total > 1) throw TaskErrors.NotAllImages(summary.Counts, summary.JsonFile);
    }

    private void LogFailure(FleetRecord failure) =>
        Log.LogError(subcategory: null, failure.ErrorCode, helpKeyword: null, file: null, 0, 0, 0, 0, "{0}", $"{failure.Name}: {failure.Error?.ReplaceLineEndings(" ")}");

    private int ConcurrencyNumber() => Concurrency.OrNull() is not { } text ? DefaultConcurrency
        : int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int number) && number is > 0 and <= MaxConcurrency ? number
        : throw TaskErrors.BadValue("RebaseConcurrency", text, $"a number from 1 to {MaxConcurrency}");

    private static TaskItem Item(FleetSummary summary) => new(summary.JsonFile, new Dictionary<string, string>
    {
        ["Rebased"] = $"{summary.Counts.Rebased}",
        ["UpToDate"] = $"{summary.Counts.UpToDate}",
        ["WouldBeRebased"] = $"{summary.Counts.WouldBeRebased}",
        ["Restored"] = $"{summary.Counts.Restored}",
        ["Failed"] = $"{summary.Counts.Failed}",
        ["NotReached"] = $"{summary.Counts.NotReached}",
        ["TextFile"] = summary.TextFile,
        ["RollbackFile"] = summary.RollbackFile ?? "",
    });
}
