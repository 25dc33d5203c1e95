using System.Runtime.InteropServices;

namespace BuildpackTasks.Launcher;

/// <summary>The running process: where it is, what it says, and what it becomes.</summary>
internal static unsafe class SystemProcess
{
    /// <summary>What went wrong in the system's function that was called last.</summary>
    public static string LastError => Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());

    /// <summary>Goes to a directory.</summary>
    /// <param name="directory">The directory.</param>
    public static void ChangeDirectory(string directory)
    {
        fixed (byte* path = SystemText.Encode(directory))
        {
            if (Libc.chdir(path) != 0) throw new LaunchException($"the directory '{directory}' cannot be entered: {LastError}");
        }
    }

    /// <summary>Writes a line to standard error; whether that worked makes no difference any more.</summary>
    /// <param name="line">The line.</param>
    public static void Say(string line)
    {
        byte[] bytes = SystemText.Encode(line + "\n");
        fixed (byte* pointer = bytes) _ = Libc.write(2, pointer, bytes.Length - 1);
    }

    /// <summary>Whether a file is there that may be executed.</summary>
    /// <param name="file">The file.</param>
    public static bool IsProgram(string file)
    {
        fixed (byte* path = SystemText.Encode(file)) return Libc.access(path, Libc.Execute) == 0 && !Directory.Exists(file);
    }

    /// <summary>
    /// Becomes another program, which keeps the process' number and whatever files it was given. Returns only where that fails.
    /// </summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments, from its own name on.</param>
    /// <param name="variables">Its environment.</param>
    public static LaunchException Become(string program, List<string> arguments, Dictionary<string, string> variables)
    {
        // The runtime ignores this signal, and what is ignored stays so in the program that follows.
        Libc.signal(Libc.BrokenPipe, 0);
        byte* none = stackalloc byte[Libc.OpaqueSize];
        Libc.sigemptyset(none);
        Libc.pthread_sigmask(Libc.SetMask, none, null);
        RemoveDiagnosticFiles();

        using var argumentVector = new TextVector(arguments);
        using TextVector environment = TextVector.OfEnvironment(variables);
        fixed (byte* path = SystemText.Encode(program)) Libc.execve(path, argumentVector.Pointer, environment.Pointer);
        return new LaunchException($"'{program}' cannot be started: {LastError}");
    }

    /// <summary>
    /// The runtime listens to debuggers and diagnostic tools at paths that have the process' number and start in them. The program that
    /// follows has the same, and if it is a .NET program, too, it would find a path taken.
    /// </summary>
    private static void RemoveDiagnosticFiles()
    {
        try
        {
            // The name of the program, in parentheses, may have anything in it. The start is the 22nd field ("proc_pid_stat").
            string state = SystemText.Decode(File.ReadAllBytes("/proc/self/stat"));
            string start = state[(state.LastIndexOf(')') + 2)..].Split(' ')[19];
            string process = $"{Environment.ProcessId}-{start}";
            foreach (string name in (ReadOnlySpan<string>)[$"dotnet-diagnostic-{process}-socket", $"clr-debug-pipe-{process}-in", $"clr-debug-pipe-{process}-out"])
                File.Delete(Path.Combine(Path.GetTempPath(), name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or IndexOutOfRangeException)
        {
            // Without diagnostics, the program starts all the same.
        }
    }
}
