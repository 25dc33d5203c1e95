using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace BuildpackTasks.Debian;

/// <summary>Runs the system's programs that this room needs. None outlives who asked for it.</summary>
internal static class ExternalProgram
{
    private const int MaxErrorLength = 64 * 1024;

    /// <summary>Runs a program with bytes as its input.</summary>
    /// <param name="name">The program.</param>
    /// <param name="package">The Debian package that has it.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="input">Its standard input.</param>
    /// <param name="maxOutput">How many bytes of output are read at most; a program that writes more is ended.</param>
    /// <param name="cancellationToken">Ends the program.</param>
    /// <exception cref="DebianException">BPT4018 or BPT4019: the program is not installed or writes too much.</exception>
    public static async Task<ProgramResult> RunAsync(string name, string package, IReadOnlyList<string> arguments, ReadOnlyMemory<byte> input, int maxOutput, CancellationToken cancellationToken)
    {
        using Process process = Start(name, package, arguments);
        try
        {
            Task feed = FeedAsync(process, input, cancellationToken);
            Task<string> error = ReadErrorAsync(process, cancellationToken);
            var output = new MemoryStream();
            byte[] buffer = new byte[64 * 1024];
            while (await process.StandardOutput.BaseStream.ReadAsync(buffer, cancellationToken) is > 0 and int read)
            {
                if (output.Length + read > maxOutput) throw DebianErrors.ToolFailed(name, "The input", "more than it may");
                output.Write(buffer, 0, read);
            }
            await feed;
            string errorText = await error;
            await process.WaitForExitAsync(cancellationToken);
            return new ProgramResult(process.ExitCode, output.ToArray(), errorText);
        }
        catch
        {
            Kill(process);
            throw;
        }
    }

    /// <summary>Starts a program with all its streams redirected.</summary>
    internal static Process Start(string name, string package, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(name, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw DebianErrors.MissingTool(name, package, e);
        }
    }

    internal static async Task<string> ReadErrorAsync(Process process, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        char[] buffer = new char[4096];
        while (await process.StandardError.ReadAsync(buffer, cancellationToken) is > 0 and int read)
        {
            if (text.Length < MaxErrorLength) text.Append(buffer, 0, read);
        }
        return text.ToString();
    }

    internal static void Kill(Process process)
    {
        try
        {
            process.Kill();
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It has ended already.
        }
    }

    private static async Task FeedAsync(Process process, ReadOnlyMemory<byte> input, CancellationToken cancellationToken)
    {
        try
        {
            await using Stream stream = process.StandardInput.BaseStream;
            await stream.WriteAsync(input, cancellationToken);
        }
        catch (IOException)
        {
            // A program that ends before it has read everything says why by its exit code.
        }
    }
}
