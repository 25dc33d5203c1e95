using System.Runtime.InteropServices;

[assembly: System.Runtime.CompilerServices.DisableRuntimeMarshalling]

namespace BuildpackTasks.Launcher;

/// <summary>
/// The system's own functions. What the framework has for starting programs gives them no further files, and nothing in it replaces
/// the running program by another.
/// </summary>
internal static unsafe partial class Libc
{
    public const int Interrupted = 4;
    public const int CloseOnExec = 0x80000;
    public const int Execute = 1;
    public const int BrokenPipe = 13;
    public const int SetMask = 2;

    // Larger than any C library's of these types, which are opaque.
    public const int OpaqueSize = 1024;

    public const short SpawnSetSignalMask = 0x08;
    public const short SpawnSetSignalDefaults = 0x04;

    [LibraryImport("libc", SetLastError = true)]
    public static partial int execve(byte* path, byte** arguments, byte** environment);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int access(byte* path, int mode);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int chdir(byte* path);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int pipe2(int* descriptors, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int dup3(int from, int to, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int close(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint read(int descriptor, byte* buffer, nint count);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint write(int descriptor, byte* buffer, nint count);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int waitpid(int process, int* status, int options);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint signal(int number, nint handler);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int sigemptyset(byte* set);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int sigaddset(byte* set, int number);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int pthread_sigmask(int how, byte* set, byte* old);

    // These give the error as their answer.
    [LibraryImport("libc")]
    public static partial int posix_spawn(int* process, byte* path, byte* actions, byte* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_init(byte* actions);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_adddup2(byte* actions, int from, int to);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_addopen(byte* actions, int descriptor, byte* path, int flags, uint mode);

    [LibraryImport("libc")]
    public static partial int posix_spawn_file_actions_destroy(byte* actions);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_init(byte* attributes);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_setflags(byte* attributes, short flags);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_setsigdefault(byte* attributes, byte* set);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_setsigmask(byte* attributes, byte* set);

    [LibraryImport("libc")]
    public static partial int posix_spawnattr_destroy(byte* attributes);
}
