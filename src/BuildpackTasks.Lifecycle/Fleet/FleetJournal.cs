using System.Globalization;
using System.Security.Cryptography;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// What a run has done, so that the same run goes on where it was after it was ended by whatever: JSON lines, the first of which says
/// what was asked, then the record of each image that is done. Only places in the file are kept in memory.
/// </summary>
internal sealed class FleetJournal : IDisposable
{
    private const string FileName = "journal.jsonl";
    private const string Version = "1";

    // An image with ten thousand packages that all change.
    private const int MaxLine = 16 << 20;

    // What was done half a day ago was done with what was the newest then.
    private static readonly TimeSpan MaxAge = TimeSpan.FromHours(12);

    private readonly Dictionary<UInt128, (long Offset, int Length)> done = [];
    private readonly Lock reading = new();
    private readonly string path;
    private LineLog? log;
    private FileStream? earlier;

    private FleetJournal(string path) => this.path = path;

    /// <summary>The rollback file of the run.</summary>
    public string RollbackFile { get; private set; } = "";

    /// <summary>Whether it goes on with a run that was interrupted.</summary>
    public bool IsResumed { get; private set; }

    /// <summary>What the user should hear of how it begins; null for nothing.</summary>
    public string? Note { get; private set; }

    /// <summary>Opens the journal of an interrupted run where the same was asked, or begins a new one.</summary>
    /// <exception cref="LifecycleException">BPT2259: it cannot be read or written.</exception>
    public static async Task<FleetJournal> OpenAsync(FleetSettings settings, TimeProvider time, CancellationToken cancellationToken)
    {
        var journal = new FleetJournal(Path.Combine(settings.Directory, FileName));
        string request = Identity(settings);
        DateTimeOffset now = time.GetUtcNow();
        long end = await journal.ReadAsync(request, now, cancellationToken);
        if (end == 0) journal.RollbackFile = settings.RollbackFile ?? Lifecycle.RollbackFile.New(settings.Directory, now);
        journal.log = LineLog.Open(journal.path, isAlone: false, toDisk: false);
        try
        {
            journal.log.Begin(end);
            if (end == 0) await journal.log.AppendAsync(Header(request, now, journal.RollbackFile));
            if (journal.done.Count > 0) journal.earlier = new FileStream(journal.path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            return journal;
        }
        catch (Exception e)
        {
            journal.Dispose();
            if (e is IOException or UnauthorizedAccessException) throw LifecycleErrors.CannotKeepState(journal.path, e);
            throw;
        }
    }

    /// <summary>Whether the interrupted run had done an image.</summary>
    public bool IsDone(string name) => done.ContainsKey(NameHash.Of(name));

    /// <summary>The record of an image that the interrupted run had done; null for one that it had not.</summary>
    public FleetRecord? TryGet(string name)
    {
        if (!done.TryGetValue(NameHash.Of(name), out (long Offset, int Length) place)) return null;
        byte[] line = new byte[place.Length];
        try
        {
            lock (reading)
            {
                earlier!.Position = place.Offset;
                earlier.ReadExactly(line);
            }
            return JsonLine.TryParse(line) is { } json && FleetRecordJson.Read(json) is { } record && record.Name == name ? record with { IsEarlier = true } : null;
        }
        catch (Exception e) when (e is IOException or FormatException)
        {
            // Then it is looked at again, which finds it up to date.
            return null;
        }
    }

    /// <summary>Notes that an image is done.</summary>
    public Task AddAsync(FleetRecord record) => log!.AppendAsync(JsonLine.Of(json => FleetRecordJson.Write(json, record)));

    /// <summary>Ends the run: the next one is a new one.</summary>
    public void Close()
    {
        Dispose();
        Remove(path);
    }

    /// <summary>Forgets the interrupted run of a directory: the next one is a new one.</summary>
    /// <exception cref="LifecycleException">BPT2259: the journal cannot be removed.</exception>
    public static void Forget(string directory) => Remove(Path.Combine(directory, FileName));

    private static void Remove(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LifecycleErrors.CannotKeepState(path, e);
        }
    }

    public void Dispose()
    {
        log?.Dispose();
        earlier?.Dispose();
    }

    // Where the last whole line of a journal ends that can be gone on with; nought for none.
    private async Task<long> ReadAsync(string request, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            if (!File.Exists(path)) return 0;
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var reader = new LineReader(file, MaxLine);
            if (await reader.ReadAsync(cancellationToken) is not { IsWhole: true, IsTooLong: false } first
                || JsonLine.TryParse(first.Bytes) is not { } header
                || header.Text("journal") != Version
                || header.Text("rollbackFile") is not { Length: > 0 } rollbackFile
                || !DateTimeOffset.TryParse(header.Text("begun"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset begun))
            {
                return 0;
            }
            string run = $"the run that began at {Time(begun)} and was interrupted";
            if (header.Text("request") != request)
            {
                Note = $"Something else is asked than in {run}: a new run begins, and looks at every image.";
                return 0;
            }
            if (now - begun > MaxAge || now < begun)
            {
                Note = $"More than {MaxAge.TotalHours} hours have passed since {run}: a new run begins, and looks at every image.";
                return 0;
            }
            long end = first.End;
            while (await reader.ReadAsync(cancellationToken) is { IsWhole: true } line)
            {
                end = line.End;
                if (!line.IsTooLong && JsonLine.TryParse(line.Bytes) is { } json && json.Text("image") is { } image) done[NameHash.Of(image)] = (line.Offset, line.Bytes.Length);
            }
            IsResumed = true;
            RollbackFile = rollbackFile;
            Note = $"Goes on with {run}: {done.Count} images are done and are not looked at again.";
            return end;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LifecycleErrors.CannotKeepState(path, e);
        }
    }

    private static ReadOnlyMemory<byte> Header(string request, DateTimeOffset now, string rollbackFile) => JsonLine.Of(json =>
    {
        json.WriteStartObject();
        json.WriteString("journal", Version);
        json.WriteString("request", request);
        json.WriteString("begun", Time(now));
        json.WriteString("rollbackFile", rollbackFile);
        json.WriteEndObject();
    });

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Identity(FleetSettings settings)
    {
        ReadOnlyMemory<byte> asked = JsonLine.Of(json =>
        {
            json.WriteStartObject();
            foreach ((string name, string value) in settings.Request.OrderBy(static pair => pair.Key, StringComparer.Ordinal)) json.WriteString(name, value);
            json.WriteString("keepTag", settings.KeepTag?.Template);
            json.WriteString("rollbackFile", settings.RollbackFile);
            json.WriteEndObject();
        });
        return Convert.ToHexStringLower(SHA256.HashData(asked.Span));
    }
}
