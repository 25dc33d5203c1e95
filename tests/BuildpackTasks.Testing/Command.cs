using System.Diagnostics;

namespace BuildpackTasks.Testing;

/// <summary>Runs a program to its end.</summary>
public static class Command
{
    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromMinutes(5);

    /// <summary>Runs a program, with nothing on its standard input, and captures what it says.</summary>
    /// <param name="file">The program: a path, or a name on the PATH.</param>
    /// <param name="arguments">Its arguments, each passed as it is.</param>
    /// <param name="workingDirectory">Where it runs; the test's own directory when null.</param>
    /// <param name="environment">Variables to set, or to remove (null), on top of the test's own.</param>
    /// <param name="timeout">How long it may take (five minutes when null) before it and its children are killed.</param>
    /// <param name="cancellationToken">Kills the program and its children.</param>
    /// <exception cref="TimeoutException">It took too long; the message has what it said until then.</exception>
    public static async Task<CommandResult> RunAsync(
        string file,
        IEnumerable<string> arguments,
        string? workingDirectory = null,
        IEnumerable<KeyValuePair<string, string?>>? environment = null,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        var start = StartInfo(Tool.Require(file), arguments, workingDirectory, environment);
        var commandLine = string.Join(' ', start.ArgumentList.Prepend(file));
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"'{file}' did not start");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var allowed = timeout ?? DefaultTimeout;
        limit.CancelAfter(allowed);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
            cancellationToken.ThrowIfCancellationRequested();
            throw new TimeoutException($"{commandLine}: not done after {allowed}\n{await output}\n{await error}");
        }

        return new CommandResult(commandLine, process.ExitCode, await output, await error);
    }

    internal static ProcessStartInfo StartInfo(
        string file,
        IEnumerable<string> arguments,
        string? workingDirectory,
        IEnumerable<KeyValuePair<string, string?>>? environment)
    {
        var start = new ProcessStartInfo(file)
        {
            WorkingDirectory = workingDirectory ?? "",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        return start;
    }
}
