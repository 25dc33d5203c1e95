using System.Runtime.InteropServices;
using BuildpackTasks.Toml;

namespace BuildpackTasks.Launcher;

/// <summary>
/// Programs of layers that run before the process and say variables for it, as TOML, to file descriptor 3 (buildpack specification,
/// "Exec.d").
/// </summary>
internal static unsafe class ExecD
{
    private const int Descriptor = 3;

    // More is no list of variables: a program that starts is given at most 2 MiB of them.
    private const int MaxLength = 4 << 20;

    /// <summary>Runs the programs of a directory, each with what those before it said.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="variables">The environment of the process, which they see and change.</param>
    public static void Run(string directory, Dictionary<string, string> variables)
    {
        foreach (string name in SystemFiles.Files(directory)) RunProgram($"{directory}/{name}", variables);
    }

    private static void RunProgram(string program, Dictionary<string, string> variables)
    {
        int* pipe = stackalloc int[2];
        if (Libc.pipe2(pipe, Libc.CloseOnExec) != 0) throw new LaunchException($"there is no pipe for '{program}': {SystemProcess.LastError}");
        int process;
        try
        {
            process = Start(program, pipe[1], variables);
        }
        catch (LaunchException)
        {
            Libc.close(pipe[0]);
            throw;
        }
        finally
        {
            Libc.close(pipe[1]);
        }

        byte[]? said = Read(pipe[0]);
        Libc.close(pipe[0]);
        int status;
        while (Libc.waitpid(process, &status, 0) < 0 && Marshal.GetLastPInvokeError() == Libc.Interrupted)
        {
        }
        if (status != 0) throw new LaunchException((status & 0x7F) == 0 ? $"'{program}' ended with exit code {status >> 8}" : $"'{program}' was ended by signal {status & 0x7F}");
        Apply(program, said ?? throw new LaunchException($"'{program}' said more than {MaxLength >> 20} MiB"), variables);
    }

    private static int Start(string program, int output, Dictionary<string, string> variables)
    {
        byte* actions = stackalloc byte[Libc.OpaqueSize];
        byte* attributes = stackalloc byte[Libc.OpaqueSize];
        byte* signals = stackalloc byte[Libc.OpaqueSize];
        using var arguments = new TextVector([program]);
        using TextVector environment = TextVector.OfEnvironment(variables);
        Require(program, Libc.posix_spawn_file_actions_init(actions));
        Require(program, Libc.posix_spawnattr_init(attributes));
        try
        {
            int process;
            fixed (byte* path = SystemText.Encode(program))
            fixed (byte* nothing = "/dev/null\0"u8)
            {
                Require(program, Libc.posix_spawn_file_actions_addopen(actions, 0, nothing, 0, 0));
                // A descriptor that has this number already would be closed when the program starts.
                if (output != Descriptor) Require(program, Libc.posix_spawn_file_actions_adddup2(actions, output, Descriptor));
                else Keep(program, actions, output);

                // The runtime ignores the signal of a broken pipe; the program shall find it as every program does.
                Libc.sigemptyset(signals);
                Require(program, Libc.posix_spawnattr_setsigmask(attributes, signals));
                Libc.sigaddset(signals, Libc.BrokenPipe);
                Require(program, Libc.posix_spawnattr_setsigdefault(attributes, signals));
                Require(program, Libc.posix_spawnattr_setflags(attributes, Libc.SpawnSetSignalMask | Libc.SpawnSetSignalDefaults));
                Require(program, Libc.posix_spawn(&process, path, actions, attributes, arguments.Pointer, environment.Pointer));
            }
            return process;
        }
        finally
        {
            _ = Libc.posix_spawnattr_destroy(attributes);
            _ = Libc.posix_spawn_file_actions_destroy(actions);
        }
    }

    private static void Require(string program, int error)
    {
        if (error != 0) throw new LaunchException($"'{program}' cannot be started: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    // By way of another number: what is duplicated stays open.
    private static void Keep(string program, byte* actions, int output)
    {
        const int Another = 63;
        Require(program, Libc.posix_spawn_file_actions_adddup2(actions, output, Another));
        Require(program, Libc.posix_spawn_file_actions_adddup2(actions, Another, Descriptor));
    }

    private static byte[]? Read(int descriptor)
    {
        var bytes = new List<byte>();
        byte* buffer = stackalloc byte[4096];
        while (true)
        {
            nint count = Libc.read(descriptor, buffer, 4096);
            if (count < 0 && Marshal.GetLastPInvokeError() == Libc.Interrupted) continue;
            if (count <= 0) return [.. bytes];
            if (bytes.Count + count > MaxLength) return null;
            for (nint index = 0; index < count; index++) bytes.Add(buffer[index]);
        }
    }

    private static void Apply(string program, byte[] said, Dictionary<string, string> variables)
    {
        try
        {
            foreach (KeyValuePair<string, object> variable in TomlReader.Read(said))
            {
                if (variable.Value is not string value || variable.Key.Length == 0 || variable.Key.Contains('=', StringComparison.Ordinal))
                    throw new LaunchException($"'{program}' said '{variable.Key}', which is not a variable with a text");
                variables[variable.Key] = value;
            }
        }
        catch (TomlException e)
        {
            throw new LaunchException($"what '{program}' said is not TOML: {e.Message}");
        }
    }
}
