using System.ComponentModel;
using System.Diagnostics;

namespace BuildpackTasks.Oci;

/// <summary>The command of an engine, <c>docker</c> or <c>podman</c>.</summary>
internal sealed class EngineCommand : IEngineConnection
{
    private const int MaxOutput = 64 << 10;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ContainerEngineKind kind;
    private readonly string program;
    private readonly IReadOnlyDictionary<string, string> environment;

    private EngineCommand(ContainerEngineKind kind, string program, IReadOnlyDictionary<string, string> environment)
    {
        this.kind = kind;
        this.program = program;
        this.environment = environment;
    }

    /// <summary>The command on the path of an environment, or null where there is none.</summary>
    public static EngineCommand? Find(ContainerEngineKind kind, IReadOnlyDictionary<string, string> environment)
    {
        // Windows mostly writes it in another case.
        string? program = SystemProgram.Find(kind == ContainerEngineKind.Docker ? "docker" : "podman", environment.GetValueOrDefault("PATH") ?? environment.GetValueOrDefault("Path"));
        return program is null ? null : new EngineCommand(kind, program, environment);
    }

    /// <summary>Whether the engine runs: 'docker version' asks the service, 'podman info' opens the storage.</summary>
    public async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Patience);
        string[] arguments = kind == ContainerEngineKind.Docker ? ["version", "--format", "{{.Server.Version}}"] : ["info", "--format", "{{.Version.Version}}"];
        try
        {
            return (await RunAsync(arguments, null, limit.Token)).ExitCode == 0;
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return false;
        }
        catch (OciException)
        {
            return false;
        }
    }

    public async Task LoadAsync(IReadOnlyList<ArchiveEntry> archive, IProgress<BlobTransfer>? progress, CancellationToken cancellationToken)
    {
        (int exitCode, string error) = await RunAsync(["load"], input => ArchiveWriter.WriteAsync(archive, input, progress, cancellationToken), cancellationToken);
        if (exitCode != 0) throw OciErrors.EngineRefused(program, error.Length > 0 ? error : $"exit code {exitCode}");
    }

    private async Task<(int ExitCode, string Error)> RunAsync(string[] arguments, Func<Stream, Task>? write, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        start.Environment.Clear();
        foreach ((string name, string value) in environment) start.Environment[name] = value;

        using Process process = Start(start);
        try
        {
            Task<string> output = ReadAsync(process.StandardOutput, cancellationToken), error = ReadAsync(process.StandardError, cancellationToken);
            if (write is not null) await WriteAsync(process, write, cancellationToken);
            Close(process.StandardInput);
            await process.WaitForExitAsync(cancellationToken);
            await output;
            return (process.ExitCode, await error);
        }
        catch
        {
            Kill(process);
            throw;
        }
    }

    private async Task WriteAsync(Process process, Func<Stream, Task> write, CancellationToken cancellationToken)
    {
        try
        {
            await write(process.StandardInput.BaseStream);
        }
        catch (IOException e)
        {
            // A command that refuses stops reading and ends; what it says tells why. One that goes on has lost its input.
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(Patience);
            try
            {
                await process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw OciErrors.EngineUnreachable(program, e.Message, e);
            }
            if (process.ExitCode == 0) throw OciErrors.EngineUnreachable(program, e.Message, e);
        }
    }

    private Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw OciErrors.EngineUnreachable(program, e.Message, e);
        }
    }

    private static void Close(StreamWriter input)
    {
        try
        {
            input.Close();
        }
        catch (IOException)
        {
            // The command has ended before it read all.
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit(Patience);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended by itself.
        }
    }

    // All is read, so that the command is never blocked; what goes beyond the limit is dropped.
    private static async Task<string> ReadAsync(StreamReader reader, CancellationToken cancellationToken)
    {
        var kept = new System.Text.StringBuilder();
        var buffer = new char[4096];
        for (int count; (count = await reader.ReadAsync(buffer, cancellationToken)) > 0;)
        {
            kept.Append(buffer, 0, Math.Min(count, MaxOutput - kept.Length));
        }
        return kept.ToString();
    }
}
