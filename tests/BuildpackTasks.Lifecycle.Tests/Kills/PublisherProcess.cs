using System.Collections.Concurrent;
using System.Diagnostics;
using BuildpackTasks.Testing;
using SystemProcess = System.Diagnostics.Process;

namespace BuildpackTasks.Lifecycle.Tests;
/// <summary>A real process that publishes an image (the program BuildpackTasks.Publisher), which a test can end by force.</summary>
internal sealed class PublisherProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly SystemProcess process;
    private readonly TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<string> lines = new();

    private PublisherProcess(SystemProcess process) => this.process = process;

    /// <summary>Everything it has said.</summary>
    public string Log => string.Join('\n', lines);

    /// <summary>The image's digest, which is the last it says.</summary>
    public string Digest => lines.LastOrDefault() is { } line && line.StartsWith("sha256:", StringComparison.Ordinal) ? line : throw new InvalidOperationException($"There is no digest:\n{Log}");

    /// <summary>Starts it.</summary>
    /// <param name="reference">Where to.</param>
    /// <param name="cache">The directory of the layer cache.</param>
    /// <param name="project">What is published.</param>
    /// <param name="environment">Variables to set, or to remove (null).</param>
    public static PublisherProcess Start(string reference, string cache, PublisherProject project, IReadOnlyDictionary<string, string?>? environment = null) =>
        Start([reference, cache, project.Path], environment);

    /// <summary>Starts it.</summary>
    /// <param name="arguments">What it is told to do.</param>
    /// <param name="environment">Variables to set, or to remove (null).</param>
    public static PublisherProcess Start(IEnumerable<string> arguments, IReadOnlyDictionary<string, string?>? environment = null)
    {
        var start = new ProcessStartInfo(
            Tool.Require("dotnet"), ["exec", Path.Combine(AppContext.BaseDirectory, "BuildpackTasks.Publisher.dll"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>()) start.Environment[name] = value;
        var publisher = new PublisherProcess(SystemProcess.Start(start)!);
        publisher.process.StandardInput.Close();
        publisher.process.OutputDataReceived += (_, line) => publisher.Receive(line.Data);
        publisher.process.ErrorDataReceived += (_, line) => publisher.Receive(line.Data);
        publisher.process.BeginOutputReadLine();
        publisher.process.BeginErrorReadLine();
        return publisher;
    }

    /// <summary>Publishes to the end, which must be a good one.</summary>
    public static async Task<string> PublishAsync(string reference, string cache, PublisherProject project, CancellationToken cancellationToken)
    {
        await using PublisherProcess publisher = Start(reference, cache, project);
        Assert.AreEqual(0, await publisher.WaitAsync(cancellationToken), publisher.Log);
        return publisher.Digest;
    }

    /// <summary>Waits until its own code runs.</summary>
    public Task StartedAsync(CancellationToken cancellationToken) => started.Task.WaitAsync(Patience, cancellationToken);

    /// <summary>Waits until something has happened, or it has ended.</summary>
    public async Task UntilAsync(Func<bool> happened, CancellationToken cancellationToken)
    {
        while (!happened() && !process.HasExited) await Task.Delay(2, cancellationToken);
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> WaitAsync(CancellationToken cancellationToken)
    {
        await process.WaitForExitAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
        return process.ExitCode;
    }

    /// <summary>Ends it with SIGKILL after a while, if it still runs then.</summary>
    /// <returns>Whether the signal was what ended it.</returns>
    public async Task<bool> KillAsync(TimeSpan after, CancellationToken cancellationToken)
    {
        await Task.WhenAny(Task.Delay(after, cancellationToken), process.WaitForExitAsync(cancellationToken));
        process.Kill();
        return await WaitAsync(cancellationToken) == 128 + 9;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private void Receive(string? line)
    {
        if (line is null) return;
        if (line == "started") started.TrySetResult();
        else lines.Enqueue(line);
    }
}
