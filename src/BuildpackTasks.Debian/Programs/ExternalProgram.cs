using System.Diagnostics;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Debian;

/// <summary>Runs the system's programs that this room needs. None outlives who asked for it.</summary>
internal static class ExternalProgram
{
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
        using Process process = SystemProgram.Start(name, arguments, cause => DebianErrors.MissingTool(name, package, cause));
        try
        {
            Task feed = FeedAsync(process, input, cancellationToken);
            Task<string> error = SystemProgram.ReadErrorAsync(process, cancellationToken);
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
            SystemProgram.Kill(process);
            throw;
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
