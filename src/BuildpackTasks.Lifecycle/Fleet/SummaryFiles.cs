using System.Globalization;
using System.Text.Json;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// Writes the summaries of a run while it goes on, images in the order in which they were asked for. They take the place of the
/// last run's when they are complete. Safe for concurrent use.
/// </summary>
internal sealed class SummaryFiles : IDisposable
{
    private const int MaxFailures = 100;
    private const int FlushAt = 64 << 10;

    // How many images may be done before one in front of them is.
    private const int MaxEarly = 4096;

    private readonly string name;
    private readonly string directory;
    private readonly TimeProvider time;
    private readonly FileStream jsonFile;
    private readonly Utf8JsonWriter json;
    private readonly SummaryText text;
    private readonly Lock gate = new();
    private readonly Dictionary<long, FleetRecord> early = [];
    private readonly List<FleetRecord> failures = [];
    private long next;
    private TaskCompletionSource? room;
    private bool isBroken;

    /// <param name="directory">Where they go.</param>
    /// <param name="name">The name of the files without their ending.</param>
    /// <param name="kind">What the run does: <c>rebase</c>, <c>rollback</c>.</param>
    /// <param name="isDryRun">Whether it only says what it would do.</param>
    /// <param name="time">The clock.</param>
    public SummaryFiles(string directory, string name, string kind, bool isDryRun, TimeProvider time)
    {
        this.name = name;
        this.directory = directory;
        this.time = time;
        try
        {
            jsonFile = Create(Temporary(JsonFile));
            text = new SummaryText(new StreamWriter(Create(Temporary(TextFile))) { NewLine = "\n" });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            jsonFile?.Dispose();
            throw LifecycleErrors.CannotKeepState(directory, e);
        }
        json = new Utf8JsonWriter(jsonFile, JsonLine.Options with { Indented = true, NewLine = "\n" });
        json.WriteStartObject();
        json.WriteString("schema", "1");
        json.WriteString("kind", kind);
        json.WriteBoolean("dryRun", isDryRun);
        json.WriteString("begun", Now());
        json.WriteStartArray("images");
        text.Begin(isDryRun ? $"{kind}, dry run" : kind, Now());
    }

    /// <summary>The counts until now.</summary>
    public FleetCounts Counts { get; private set; } = new(0, 0, 0, 0, 0, 0);

    private string JsonFile => Path.Combine(directory, $"{name}.json");

    private string TextFile => Path.Combine(directory, $"{name}.txt");

    /// <summary>Waits until an image is not too far in front of the first that is not done: what is done is kept in memory until then.</summary>
    /// <param name="number">Its place in what was asked, from nought.</param>
    /// <returns>Whether its record can be added; false where the summary cannot be written any more.</returns>
    public async Task<bool> WaitAsync(long number)
    {
        while (true)
        {
            Task moved;
            lock (gate)
            {
                if (isBroken || number - next < MaxEarly) return !isBroken;
                moved = (room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }
            await moved;
        }
    }

    /// <summary>Adds an image.</summary>
    /// <param name="number">Its place in what was asked, from nought.</param>
    /// <param name="record">What became of it.</param>
    /// <exception cref="LifecycleException">BPT2259: it cannot be written.</exception>
    public FleetCounts Add(long number, FleetRecord record)
    {
        lock (gate)
        {
            Counts = Counts.With(record.Status);
            early.Add(number, record);
            try
            {
                while (early.Remove(next, out FleetRecord? inOrder))
                {
                    next++;
                    Write(inOrder);
                }
            }
            catch (Exception e)
            {
                isBroken = true;
                if (e is IOException or UnauthorizedAccessException) throw LifecycleErrors.CannotKeepState(directory, e);
                throw;
            }
            finally
            {
                room?.SetResult();
                room = null;
            }
            return Counts;
        }
    }

    /// <summary>Ends them and puts them in place.</summary>
    public FleetSummary Complete(FleetEnd end)
    {
        try
        {
            json.WriteEndArray();
            json.WriteStartArray("notes");
            foreach (string note in end.Notes) json.WriteStringValue(note);
            json.WriteEndArray();
            if (end.Problem is { } problem)
            {
                json.WriteStartObject("problem");
                json.WriteString("code", problem.Code);
                json.WriteString("message", problem.Message);
                json.WriteEndObject();
            }
            json.WriteString("ended", Now());
            json.WriteBoolean("interrupted", end.IsInterrupted);
            if (end.RollbackFile is { } file) json.WriteString("rollbackFile", file);
            json.WriteStartObject("counts");
            json.WriteNumber("rebased", Counts.Rebased);
            json.WriteNumber("upToDate", Counts.UpToDate);
            json.WriteNumber("wouldBeRebased", Counts.WouldBeRebased);
            json.WriteNumber("restored", Counts.Restored);
            json.WriteNumber("failed", Counts.Failed);
            json.WriteNumber("notReached", Counts.NotReached);
            json.WriteEndObject();
            var summary = new FleetSummary
            {
                Counts = Counts,
                Failures = failures,
                Notes = end.Notes,
                Problem = end.Problem,
                IsInterrupted = end.IsInterrupted,
                TextFile = TextFile,
                JsonFile = JsonFile,
                RollbackFile = end.RollbackFile,
            };
            json.WriteBoolean("succeeded", summary.Succeeded);
            json.WriteEndObject();
            text.End(summary);
            Close();
            File.Move(Temporary(JsonFile), JsonFile, overwrite: true);
            File.Move(Temporary(TextFile), TextFile, overwrite: true);
            return summary;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LifecycleErrors.CannotKeepState(directory, e);
        }
    }

    public void Dispose()
    {
        try
        {
            Close();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What went wrong first has been said; these files are of no use any more.
        }
    }

    private void Close()
    {
        using (jsonFile)
        using (text) json.Dispose();
    }

    private void Write(FleetRecord record)
    {
        if (record.Status == FleetStatus.Failed && failures.Count < MaxFailures) failures.Add(record);
        FleetRecordJson.Write(json, record);
        if (json.BytesPending > FlushAt) json.Flush();
        text.Add(record);
    }

    // One run at a time has the directory; what it leaves when it is ended by force, the next one writes over.
    private static FileStream Create(string path) => new(path, FileMode.Create, FileAccess.Write, FileShare.Read | FileShare.Delete);

    private static string Temporary(string path) => path + ".tmp";

    private string Now() => time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
