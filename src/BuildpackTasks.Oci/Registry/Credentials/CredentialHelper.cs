using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace BuildpackTasks.Oci;

/// <summary>
/// Asks a program for credentials, as docker does (docker-credential-helpers: <c>docker-credential-NAME get</c>, the server on
/// standard input, JSON on standard output). It gets limited time and room, and what it prints is shown to nobody.
/// </summary>
internal sealed class CredentialHelper(CredentialEnvironment environment, Action<CodedWarning>? warn)
{
    private const int MaxOutputLength = 64 << 10;

    // How long after a helper's end its output may take.
    private static readonly TimeSpan LastWords = TimeSpan.FromMilliseconds(500);

    /// <summary>Asks a helper.</summary>
    /// <param name="name">The part of its name after <c>docker-credential-</c>.</param>
    /// <param name="server">Whose credentials are asked for.</param>
    /// <param name="cancellationToken">Stops it: the program and what it started are ended.</param>
    /// <returns>The credentials, or null where it has none or fails, which is told as a warning.</returns>
    public async Task<RegistryCredential?> GetAsync(string name, string server, CancellationToken cancellationToken)
    {
        string program = $"docker-credential-{name}";
        if (name.Any(static character => !char.IsAsciiLetterOrDigit(character) && character is not ('-' or '_' or '.'))) return Failed(program, "its name is not one of a program");
        if (Locate(program) is not { } path) return Failed(program, "it is not on the PATH");

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(environment.HelperTimeout);
        try
        {
            (int exitCode, byte[] output) = await RunAsync(path, server, timeout.Token);
            if (Encoding.UTF8.GetString(output).Contains("credentials not found in native keychain", StringComparison.OrdinalIgnoreCase)) return null;
            return exitCode == 0 ? Read(output, program) : Failed(program, $"it ended with exit code {exitCode}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Failed(program, $"it did not answer within {environment.HelperTimeout.TotalSeconds} seconds");
        }
        catch (InvalidDataException)
        {
            return Failed(program, $"it printed more than {MaxOutputLength} bytes");
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            return Failed(program, "it cannot be run");
        }
    }

    private async Task<(int ExitCode, byte[] Output)> RunAsync(string path, string server, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(path, ["get"])
        {
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            WorkingDirectory = Path.GetDirectoryName(path),
        };
        start.Environment.Clear();
        foreach ((string variable, string value) in environment.Variables) start.Environment[variable] = value;

        using Process process = Process.Start(start)!;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var output = new MemoryStream();
        Task reading = ReadAsync(process.StandardOutput.BaseStream, output, stop.Token);
        Task errors = process.StandardError.BaseStream.CopyToAsync(Stream.Null, stop.Token);
        try
        {
            try
            {
                await process.StandardInput.WriteAsync(server.AsMemory(), cancellationToken);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // A helper need not read to the end what it does not want to know.
            }
            Task exit = process.WaitForExitAsync(cancellationToken);
            if (await Task.WhenAny(exit, reading) == reading) await reading;
            await exit;
            // What it has printed is there by now. A program that it left behind can keep the pipe open for ever.
            await Task.WhenAny(reading, Task.Delay(LastWords, cancellationToken));
            if (reading.IsCompleted) await reading;
            lock (output) return (process.ExitCode, output.ToArray());
        }
        finally
        {
            await EndAsync(process, stop, reading, errors);
        }
    }

    private static async Task ReadAsync(Stream from, MemoryStream to, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[4 << 10];
        while (await from.ReadAsync(buffer, cancellationToken) is > 0 and int count)
        {
            if (to.Length + count > MaxOutputLength) throw new InvalidDataException();
            lock (to) to.Write(buffer, 0, count);
        }
    }

    private static async Task EndAsync(Process process, CancellationTokenSource stop, params Task[] readers)
    {
        try
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or AggregateException)
        {
            // It ended by itself meanwhile, or what it started cannot be ended.
        }
        await stop.CancelAsync();
        // Where reading from a pipe cannot be stopped, it is left behind.
        await Task.WhenAny(Task.WhenAll(readers), Task.Delay(LastWords, CancellationToken.None));
    }

    private RegistryCredential? Read(byte[] output, string program)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(output);
            string? user = document.RootElement.GetProperty("Username").GetString();
            string? secret = document.RootElement.GetProperty("Secret").GetString();
            if (string.IsNullOrEmpty(secret)) return null;
            return RegistryCredential.Create(user ?? "", secret, program);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return Failed(program, "what it printed is not the JSON that helpers print");
        }
    }

    private string? Locate(string program)
    {
        string[] names = OperatingSystem.IsWindows() ? [program + ".exe", program + ".cmd", program + ".bat"] : [program];
        string[] directories = (environment.Get("PATH") ?? environment.Get("Path") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return directories.Where(Path.IsPathFullyQualified).SelectMany(directory => names.Select(name => Path.Combine(directory, name))).FirstOrDefault(File.Exists);
    }

    private RegistryCredential? Failed(string program, string reason)
    {
        warn?.Invoke(RegistryWarnings.HelperFailed(program, reason));
        return null;
    }
}
