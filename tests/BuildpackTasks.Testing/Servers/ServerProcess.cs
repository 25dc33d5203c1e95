using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;

namespace BuildpackTasks.Testing;

/// <summary>A program that runs beside a test, and that does not outlive the test host, however that ends.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process process;
    private readonly Lock gate = new();
    private readonly StringBuilder log = new();

    private ServerProcess(Process process) => this.process = process;

    public bool HasExited => process.HasExited;

    /// <summary>What it has said so far, output and error.</summary>
    public string Log
    {
        get
        {
            lock (gate)
            {
                return log.ToString();
            }
        }
    }

    /// <summary>The processor time that it has taken so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    public static ServerProcess Start(
        string file,
        IEnumerable<string> arguments,
        string workingDirectory,
        Action<string>? onOutput = null,
        Action<string>? onError = null,
        IEnumerable<KeyValuePair<string, string?>>? environment = null)
    {
        // The kernel kills the server when the thread that started it ends: hence the launcher's own thread.
        var start = Command.StartInfo(
            Tool.Require("setpriv"), ["--pdeathsig", "KILL", "--", Tool.Require(file), .. arguments], workingDirectory, environment);
        var process = Launcher.Start(start);
        process.StandardInput.Close();
        var server = new ServerProcess(process);
        process.OutputDataReceived += (_, line) => server.Receive(line.Data, onOutput);
        process.ErrorDataReceived += (_, line) => server.Receive(line.Data, onError);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        await process.WaitForExitAsync();
        process.Dispose();
    }

    private void Receive(string? line, Action<string>? handler)
    {
        if (line is null)
        {
            return;
        }

        lock (gate)
        {
            log.AppendLine(line);
        }

        handler?.Invoke(line);
    }

    private static class Launcher
    {
        private static readonly BlockingCollection<(ProcessStartInfo Start, TaskCompletionSource<Process> Started)> Queue = [];

        static Launcher() => new Thread(Run) { IsBackground = true, Name = "server launcher" }.Start();

        public static Process Start(ProcessStartInfo start)
        {
            var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
            Queue.Add((start, started));
            return started.Task.GetAwaiter().GetResult();
        }

        private static void Run()
        {
            foreach (var (start, started) in Queue.GetConsumingEnumerable())
            {
                try
                {
                    started.SetResult(Process.Start(start)!);
                }
                catch (Exception exception)
                {
                    started.SetException(exception);
                }
            }
        }
    }
}
