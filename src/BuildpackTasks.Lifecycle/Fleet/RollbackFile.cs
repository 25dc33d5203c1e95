using System.Globalization;
using System.Runtime.CompilerServices;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// The file that takes runs back: JSON lines, the first of which says what the file is, then one for each tag, written before the tag
/// is moved. A file that is there is only ever appended to.
/// </summary>
/// <param name="path">The file. It is created with its first entry.</param>
/// <param name="time">The clock.</param>
internal sealed class RollbackFile(string path, TimeProvider time) : IDisposable
{
    private const int MaxLine = 64 << 10;
    private const string Version = "1";

    private readonly SemaphoreSlim opening = new(1);
    private LineLog? log;

    /// <summary>The file.</summary>
    public string Path => path;

    /// <summary>Whether this run has appended to it.</summary>
    public bool IsWritten => log is not null;

    /// <summary>The path of the file of a run that begins now.</summary>
    public static string New(string directory, DateTimeOffset begin)
    {
        string name = $"rollback-{begin.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}";
        string path = System.IO.Path.Combine(directory, $"{name}.jsonl");
        // Another run of the same second.
        for (int i = 2; File.Exists(path); i++) path = System.IO.Path.Combine(directory, $"{name}-{i}.jsonl");
        return path;
    }

    /// <summary>Appends an entry.</summary>
    /// <returns>Ends when the entry is on the disk.</returns>
    /// <exception cref="LifecycleException">BPT2259: it cannot be written; BPT2267: the file is something else.</exception>
    public async Task AppendAsync(RollbackEntry entry, CancellationToken cancellationToken) => await (await OpenAsync(cancellationToken)).AppendAsync(entry.ToLine());

    /// <summary>Reads a file's entries in their order; null for a line that is none.</summary>
    /// <exception cref="LifecycleException">BPT2259: it cannot be read; BPT2267: it is something else.</exception>
    public static async IAsyncEnumerable<(long Number, RollbackEntry? Entry)> ReadAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using FileStream file = Open(path);
        var reader = new LineReader(file, MaxLine);
        if (await NextAsync(reader, path, cancellationToken) is { } first && !IsHeaderOrTorn(first)) throw LifecycleErrors.BadRollbackFile(path, "its first line does not say that it is one");
        // The last line may have lost its end to an editor, or to the end of a rebase that was writing it: what can be read counts.
        while (await NextAsync(reader, path, cancellationToken) is { } line) yield return (line.Number, Entry(line));
    }

    public void Dispose()
    {
        log?.Dispose();
        opening.Dispose();
    }

    /// <summary>Looks whether a file can be appended to, so that nothing begins where it cannot.</summary>
    /// <exception cref="LifecycleException">BPT2259: it cannot be read; BPT2267: it is something else.</exception>
    public static async Task CheckAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path)) return;
        await using FileStream file = Open(path);
        await EndAsync(file, path, cancellationToken);
    }

    private async Task<LineLog> OpenAsync(CancellationToken cancellationToken)
    {
        if (log is { } open) return open;
        await opening.WaitAsync(cancellationToken);
        try
        {
            if (log is not null) return log;
            LineLog opened = LineLog.Open(path, isAlone: true, toDisk: true);
            try
            {
                (long end, bool isOpen) = await EndAsync(opened.Content, path, cancellationToken);
                opened.Begin(end);
                if (end == 0) await opened.AppendAsync(Header(time.GetUtcNow()));
                // The end of the last line.
                if (isOpen) await opened.AppendAsync(ReadOnlyMemory<byte>.Empty);
                return log = opened;
            }
            finally
            {
                if (log is null) opened.Dispose();
            }
        }
        finally
        {
            opening.Release();
        }
    }

    // Where the last line ends that is whole, or an entry that only lacks its line's end.
    private static async Task<(long End, bool IsOpen)> EndAsync(Stream file, string path, CancellationToken cancellationToken)
    {
        var reader = new LineReader(file, MaxLine);
        long end = 0;
        while (await NextAsync(reader, path, cancellationToken) is { } line)
        {
            // Our own first line may be torn; nothing else is cut off.
            if (line.Number == 1 && !IsHeaderOrTorn(line))
                throw LifecycleErrors.BadRollbackFile(path, "its first line does not say that it is one");
            if (line.IsWhole) end = line.End;
            else return line.Number > 1 && Entry(line) is not null ? (line.End, true) : (line.Offset, false);
        }
        return (end, false);
    }

    private static ReadOnlyMemory<byte> Header(DateTimeOffset begin) => JsonLine.Of(json =>
    {
        json.WriteStartObject();
        json.WriteString("rollback", Version);
        json.WriteString("begun", begin.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        json.WriteEndObject();
    });

    private static RollbackEntry? Entry(LineReader.Line line) => line.IsTooLong || JsonLine.TryParse(line.Bytes) is not { } json ? null : RollbackEntry.TryRead(json);

    private static bool IsHeaderOrTorn(LineReader.Line line) =>
        line.IsWhole ? IsHeader(line) : Header(default).Span.StartsWith(line.Bytes.AsSpan(0, Math.Min(line.Bytes.Length, 14)));

    private static bool IsHeader(LineReader.Line line) => !line.IsTooLong && JsonLine.TryParse(line.Bytes) is { } json && json.Text("rollback") == Version;

    private static FileStream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LifecycleErrors.CannotKeepState(path, e);
        }
    }

    private static async Task<LineReader.Line?> NextAsync(LineReader reader, string path, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LifecycleErrors.CannotKeepState(path, e);
        }
    }
}
