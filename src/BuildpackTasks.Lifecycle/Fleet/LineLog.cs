namespace BuildpackTasks.Lifecycle;

/// <summary>
/// A file to which lines are appended, each of them whole or not at all. Lines that come while others are written share one flush.
/// Safe for concurrent use.
/// </summary>
internal sealed class LineLog : IDisposable
{
    private readonly FileStream file;
    private readonly bool toDisk;
    private readonly Lock gate = new();
    private List<byte[]> waiting = [];
    private TaskCompletionSource next = New();
    private bool isWriting;

    private LineLog(FileStream file, bool toDisk)
    {
        this.file = file;
        this.toDisk = toDisk;
    }

    /// <summary>The file's path.</summary>
    public string Path => file.Name;

    /// <summary>Opens a file, or creates it with its directory.</summary>
    /// <param name="path">The file.</param>
    /// <param name="isAlone">Whether no other run may read or write it meanwhile.</param>
    /// <param name="toDisk">Whether a line counts as appended only when a loss of power cannot take it back.</param>
    /// <exception cref="LifecycleException">BPT2259: it cannot be written, or another run writes it.</exception>
    public static LineLog Open(string path, bool isAlone, bool toDisk)
    {
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            return new LineLog(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, isAlone ? FileShare.None : FileShare.Read | FileShare.Delete, bufferSize: 0), toDisk);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LifecycleErrors.CannotKeepState(path, e);
        }
    }

    /// <summary>The file from its beginning, to be read before the first line is appended.</summary>
    public Stream Content => file;

    /// <summary>Has the next line begin at a place in the file: what follows it is a line that was torn.</summary>
    /// <exception cref="LifecycleException">BPT2259: it cannot be written.</exception>
    public void Begin(long place)
    {
        try
        {
            file.SetLength(place);
            file.Position = place;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw LifecycleErrors.CannotKeepState(file.Name, e);
        }
    }

    /// <summary>Appends a line.</summary>
    /// <param name="line">The line, without its end.</param>
    /// <returns>Ends when the line is in the file.</returns>
    /// <exception cref="LifecycleException">BPT2259: it cannot be written; the file ends with the line before.</exception>
    public async Task AppendAsync(ReadOnlyMemory<byte> line)
    {
        Task written;
        lock (gate)
        {
            waiting.Add([.. line.Span, (byte)'\n']);
            written = next.Task;
            if (!isWriting)
            {
                isWriting = true;
                _ = Task.Run(Write);
            }
        }
        await written;
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => file.Dispose();

    private void Write()
    {
        while (true)
        {
            List<byte[]> lines;
            TaskCompletionSource done;
            lock (gate)
            {
                if (waiting.Count == 0)
                {
                    isWriting = false;
                    return;
                }
                (lines, waiting) = (waiting, []);
                (done, next) = (next, New());
            }
            long start = file.Position;
            try
            {
                foreach (byte[] line in lines) file.Write(line);
                file.Flush(toDisk);
                done.SetResult();
            }
            catch (Exception e)
            {
                TakeBack(start);
                done.SetException(e is IOException or UnauthorizedAccessException
                    ? LifecycleErrors.CannotKeepState(file.Name, e)
                    : e);
            }
        }
    }

    private void TakeBack(long length)
    {
        try
        {
            file.SetLength(length);
            file.Position = length;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // A torn line is left, which no reader takes for one.
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
