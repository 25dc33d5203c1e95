using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace BuildpackTasks.Lifecycle;

/// <summary>Looks at a program before it is started, because what the kernel says of one that it cannot start names the wrong file.</summary>
internal static class ProgramCheck
{
    private const int HeadLength = 4096;
    private const int MaxInterpreters = 4;

    /// <summary>Checks a program, its working directory and what it is run by.</summary>
    /// <param name="start">The program.</param>
    /// <param name="find">Where a path that programs see is on this machine.</param>
    /// <exception cref="LifecycleException">BPT2155 to BPT2158: it cannot be started. BPT2153: its working directory is not there.</exception>
    public static void Check(ProgramStart start, Func<string, string?> find)
    {
        if (find(start.WorkingDirectory) is not { } directory || !Directory.Exists(directory)) throw LifecycleErrors.NoDirectoryForView(start.WorkingDirectory);
        string path = start.Path;
        for (int depth = 0; ; depth++)
        {
            string? file = find(path);
            // To read from a pipe would wait for who writes to it.
            if (file is null || !IsFile(file)) throw depth == 0 ? LifecycleErrors.NoProgram(start.Path) : LifecycleErrors.NoInterpreter(start.Path, path);
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) == 0)
                throw LifecycleErrors.NotExecutable(path);
            byte[] head = Head(file);
            CheckArchitecture(path, head);
            if (InterpreterOf(head) is not { } interpreter || depth == MaxInterpreters) return;
            path = interpreter;
        }
    }

    private static bool IsFile(string path)
    {
        if (!File.Exists(path)) return false;
        string file = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        return new FileInfo(file).Length > 0 || SpecialFiles.KindOf(file) == WrittenFileKind.File;
    }

    private static byte[] Head(string file)
    {
        try
        {
            using FileStream stream = File.OpenRead(file);
            byte[] head = new byte[HeadLength];
            return head[..stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What may be executed need not be readable.
            return [];
        }
    }

    private static string? InterpreterOf(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("#!"u8))
        {
            ReadOnlySpan<byte> line = head[2..];
            if (line.IndexOf((byte)'\n') is >= 0 and int end) line = line[..end];
            line = line.Trim(" \t"u8);
            if (line.IndexOfAny((byte)' ', (byte)'\t') is >= 0 and int blank) line = line[..blank];
            // A carriage return stays: a script with the line ends of Windows asks for an interpreter of that name.
            return line.Length > 0 ? Encoding.UTF8.GetString(line).Replace("\r", "\\r", StringComparison.Ordinal) : null;
        }
        return IsElf(head) ? ElfInterpreter(head) : null;
    }

    private static bool IsElf(ReadOnlySpan<byte> head) => head.Length >= 64 && head.StartsWith("\x7f"u8) && head[1..4].SequenceEqual("ELF"u8);

    // System V ABI, "Program Header": PT_INTERP of a 64-bit little-endian file.
    private static string? ElfInterpreter(ReadOnlySpan<byte> head)
    {
        if (head[4] != 2 || head[5] != 1) return null;
        ulong table = BinaryPrimitives.ReadUInt64LittleEndian(head[32..]);
        int size = BinaryPrimitives.ReadUInt16LittleEndian(head[54..]);
        int entries = BinaryPrimitives.ReadUInt16LittleEndian(head[56..]);
        for (int i = 0; i < entries; i++)
        {
            ulong at = table + (ulong)(i * size);
            if (size < 56 || at > (ulong)(head.Length - 56)) return null;
            ReadOnlySpan<byte> entry = head[(int)at..];
            if (BinaryPrimitives.ReadUInt32LittleEndian(entry) != 3) continue;
            ulong offset = BinaryPrimitives.ReadUInt64LittleEndian(entry[8..]);
            ulong length = BinaryPrimitives.ReadUInt64LittleEndian(entry[32..]);
            if (length is 0 or > 1024 || offset > (ulong)head.Length - length) return null;
            return Encoding.UTF8.GetString(head.Slice((int)offset, (int)length)).TrimEnd('\0');
        }
        return null;
    }

    private static void CheckArchitecture(string path, ReadOnlySpan<byte> head)
    {
        if (!IsElf(head) || head[5] != 1) return;
        string name = BinaryPrimitives.ReadUInt16LittleEndian(head[18..]) switch { 3 => "x86", 40 => "arm", 62 => "x64", 183 => "arm64", 243 => "riscv64", 22 => "s390x", 21 => "ppc64le", 258 => "loongarch64", _ => "another processor" };
        string machine = RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant();
        bool runs = name == machine || (name, machine) is ("x86", "x64") or ("arm", "arm64") || IsEmulated(name);
        if (!runs) throw LifecycleErrors.WrongArchitecture(path, name, machine);
    }

    // The kernel may be set up to run other processors' programs with an emulator.
    private static bool IsEmulated(string name)
    {
        string emulator = name switch { "x64" => "x86_64", "x86" => "i386", "arm64" => "aarch64", _ => name };
        return File.Exists($"/proc/sys/fs/binfmt_misc/qemu-{emulator}");
    }
}
