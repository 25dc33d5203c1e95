using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using BuildpackTasks.Testing;
using SystemProcess = System.Diagnostics.Process;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>A real process that runs a program of a buildpack (BuildpackTasks.ProgramHost), as another user, or to be ended by force.</summary>
internal sealed class HostedProgram : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly SystemProcess process;
    private readonly ConcurrentQueue<string> lines = new();

    private HostedProgram(SystemProcess process) => this.process = process;

    /// <summary>Everything it has said.</summary>
    public string Log => string.Join('\n', lines);

    /// <summary>Starts it.</summary>
    /// <param name="run">What it runs.</param>
    /// <param name="through">A program that starts it, with its arguments; none for itself.</param>
    public static HostedProgram Start(HostedProgramRun run, params string[] through)
    {
        string file = Path.Combine(run.Directory, "run.json");
        File.WriteAllText(file, JsonSerializer.Serialize(run));
        string[] command = [.. through, Tool.Require("dotnet"), "exec", Path.Combine(AppContext.BaseDirectory, "BuildpackTasks.ProgramHost.dll"), file];
        var start = new ProcessStartInfo(Tool.Require(command[0]), command[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
        var host = new HostedProgram(SystemProcess.Start(start)!);
        host.process.StandardInput.Close();
        host.process.OutputDataReceived += (_, line) => host.Receive(line.Data);
        host.process.ErrorDataReceived += (_, line) => host.Receive(line.Data);
        host.process.BeginOutputReadLine();
        host.process.BeginErrorReadLine();
        return host;
    }

    /// <summary>Waits until it has said a line.</summary>
    public async Task HearAsync(string line, CancellationToken cancellationToken)
    {
        for (var clock = Stopwatch.StartNew(); !lines.Contains(line); await Task.Delay(10, cancellationToken))
            Assert.IsFalse(process.HasExited || clock.Elapsed > Patience, Log);
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> WaitAsync(CancellationToken cancellationToken)
    {
        await process.WaitForExitAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
        return process.ExitCode;
    }

    /// <summary>Ends it, and nothing else, with SIGKILL.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!process.HasExited) process.Kill();
        process.Dispose();
    }

    private void Receive(string? line)
    {
        if (line is not null) lines.Enqueue(line);
    }
}
