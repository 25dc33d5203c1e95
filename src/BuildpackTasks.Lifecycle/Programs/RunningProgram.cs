using System.ComponentModel;
using System.Diagnostics;
using SystemProcess = System.Diagnostics.Process;

namespace BuildpackTasks.Lifecycle;

/// <summary>A program that runs, and what it writes.</summary>
internal sealed class RunningProgram : IDisposable
{
    private readonly SystemProcess process;
    private readonly CancellationTokenSource unheard = new();

    private RunningProgram(SystemProcess process, Action<string> line)
    {
        this.process = process;
        object turn = new();
        void Tell(string text)
        {
            lock (turn) line(text);
        }
        Output = Task.WhenAll(ReadAsync(process.StandardOutput.BaseStream, Tell), ReadAsync(process.StandardError.BaseStream, Tell));
    }

    /// <summary>Reads what it writes, to the end of both streams, which others may keep open that it started.</summary>
    public Task Output { get; }

    /// <summary>The exit code of one that ended; 128 and the signal's number for one that a signal ended.</summary>
    public int ExitCode => process.ExitCode;

    /// <summary>The id of its process.</summary>
    public int Id => process.Id;

    /// <summary>Starts a program with nothing to read.</summary>
    /// <param name="file">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Its whole environment.</param>
    /// <param name="workingDirectory">Where it starts.</param>
    /// <param name="line">Told of each line that it writes.</param>
    /// <exception cref="LifecycleException">BPT2160: it cannot be started.</exception>
    public static RunningProgram Start(string file, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>> environment, string workingDirectory, Action<string> line)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory,
        };
        start.Environment.Clear();
        foreach ((string name, string value) in environment) start.Environment[name] = value;
        try
        {
            SystemProcess process = SystemProcess.Start(start)!;
            process.StandardInput.Close();
            return new RunningProgram(process, line);
        }
        catch (Win32Exception e)
        {
            throw LifecycleErrors.CannotStart(file, e.Message, e);
        }
    }

    /// <summary>Waits for its end.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => process.WaitForExitAsync(cancellationToken);

    /// <summary>Ends it and what it started, as far as that can be told from who started whom.</summary>
    public void Kill()
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended already.
        }
    }

    /// <summary>Hears the rest of what it wrote; whoever keeps the streams open after its end is not waited for.</summary>
    public async Task FinishAsync(TimeSpan patience)
    {
        unheard.CancelAfter(patience);
        await Output;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        unheard.Cancel();
        process.Dispose();
        unheard.Dispose();
    }

    private async Task ReadAsync(Stream stream, Action<string> line)
    {
        var lines = new OutputLines(line);
        byte[] buffer = new byte[16 * 1024];
        try
        {
            while (await stream.ReadAsync(buffer, unheard.Token) is > 0 and int read) lines.Write(buffer.AsSpan(0, read));
        }
        catch (OperationCanceledException)
        {
            // What it wrote until then counts.
        }
        catch
        {
            // Whoever was told of a line cannot go on: the other stream is not read any more either.
            await unheard.CancelAsync();
            throw;
        }
        lines.Complete();
    }
}
