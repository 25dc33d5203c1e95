using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace BuildpackTasks.Oci;

/// <summary>
/// The system's programs that are run for what the base class library cannot do. They are looked for in <c>PATH</c> only: by
/// itself .NET would take a file of that name from the current directory, which is whatever a project has there.
/// </summary>
public static class SystemProgram
{
    private const int MaxErrorLength = 64 * 1024;

    /// <summary>Where a program is, or null where it is not installed.</summary>
    /// <param name="name">The program, without an extension.</param>
    /// <param name="searchPath">The value of <c>PATH</c>; null for an empty one. Relative directories in it do not count.</param>
    public static string? Find(string name, string? searchPath)
    {
        string file = OperatingSystem.IsWindows() ? name + ".exe" : name;
        return (searchPath ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Where(Path.IsPathFullyQualified).Select(directory => Path.Join(directory, file)).FirstOrDefault(File.Exists);
    }

    /// <summary>Starts a program with all its streams redirected.</summary>
    /// <param name="name">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="missing">The error where it is not installed or cannot be started; the cause is null for the former.</param>
    public static Process Start(string name, IReadOnlyList<string> arguments, Func<Exception?, Exception> missing)
    {
        string path = Find(name, Environment.GetEnvironmentVariable("PATH")) ?? throw missing(null);
        var start = new ProcessStartInfo(path, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw missing(e);
        }
    }

    /// <summary>Reads what a program complains of to its end; what is more than anybody reads is dropped.</summary>
    /// <param name="process">The program.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static async Task<string> ReadErrorAsync(Process process, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        char[] buffer = new char[4096];
        while (await process.StandardError.ReadAsync(buffer, cancellationToken) is > 0 and int read)
        {
            if (text.Length < MaxErrorLength) text.Append(buffer, 0, read);
        }
        return text.ToString();
    }

    /// <summary>Ends a program that may have ended.</summary>
    /// <param name="process">The program.</param>
    public static void Kill(Process process)
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
}
