using System.Buffers.Binary;
using System.Text;

namespace BuildpackTasks.DotNet;

/// <summary>What the header of a program or library for Linux says (ELF specification, "ELF Header", "Program Header").</summary>
/// <param name="Machine">The processor (<c>e_machine</c>).</param>
/// <param name="Interpreter">The loader that starts the program (<c>PT_INTERP</c>), or null for a library or a static program.</param>
/// <param name="IsProgram">Whether it can be executed.</param>
internal sealed record ElfFile(ushort Machine, string? Interpreter, bool IsProgram)
{
    // Headers stand at the start of the file; what is not in this many bytes was not made by a usual linker.
    private const int HeadLength = 4096;
    private const int MaxInterpreterLength = 256;
    private const ushort TypeExecutable = 2;
    private const uint SegmentInterpreter = 3;

    /// <summary>Reads the header of a file; null where it is not an ELF file or cannot be read.</summary>
    public static ElfFile? TryRead(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            byte[] head = new byte[HeadLength];
            return Parse(head.AsSpan(0, stream.ReadAtLeast(head, HeadLength, throwOnEndOfStream: false)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Reads a header from the first bytes of a file; null where they are not one.</summary>
    public static ElfFile? Parse(ReadOnlySpan<byte> head)
    {
        if (head.Length < 64 || !head.StartsWith("\u007fELF"u8)) return null;
        bool is64 = head[4] == 2;
        bool isLittle = head[5] == 1;
        ushort type = UInt16(head[16..], isLittle);
        ushort machine = UInt16(head[18..], isLittle);
        ulong table = is64 ? UInt64(head[32..], isLittle) : UInt32(head[28..], isLittle);
        int size = UInt16(head[(is64 ? 54 : 42)..], isLittle);
        int count = UInt16(head[(is64 ? 56 : 44)..], isLittle);
        if (size < (is64 ? 56 : 32)) return new ElfFile(machine, null, type == TypeExecutable);

        string? interpreter = null;
        for (int i = 0; i < count; i++)
        {
            ulong at = table + ((ulong)i * (ulong)size);
            if (at > (ulong)(head.Length - size)) break;
            ReadOnlySpan<byte> segment = head.Slice((int)at, size);
            if (UInt32(segment, isLittle) != SegmentInterpreter) continue;
            ulong offset = is64 ? UInt64(segment[8..], isLittle) : UInt32(segment[4..], isLittle);
            ulong length = is64 ? UInt64(segment[32..], isLittle) : UInt32(segment[16..], isLittle);
            if (length <= MaxInterpreterLength && offset <= (ulong)head.Length - length) interpreter = Encoding.ASCII.GetString(head.Slice((int)offset, (int)length)).TrimEnd('\0');
        }
        return new ElfFile(machine, interpreter, type == TypeExecutable || interpreter is not null);
    }

    /// <summary>Whether it is a program for a platform: processor and C library fit.</summary>
    public bool RunsOn(RuntimeIdentifier identifier) =>
        IsProgram
        && Machine == MachineOf(identifier.Architecture)
        && (Interpreter is null || Interpreter.Contains("musl", StringComparison.Ordinal) == identifier.IsMusl);

    private static ushort MachineOf(string architecture) => architecture switch
    {
        "x64" => 62,
        "x86" => 3,
        "arm64" => 183,
        "arm" or "armel" or "armv6" => 40,
        "ppc64le" => 21,
        "s390x" => 22,
        "riscv64" => 243,
        "loongarch64" => 258,
        _ => 0,
    };

    private static ushort UInt16(ReadOnlySpan<byte> from, bool isLittle) =>
        isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(from) : BinaryPrimitives.ReadUInt16BigEndian(from);

    private static uint UInt32(ReadOnlySpan<byte> from, bool isLittle) =>
        isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(from) : BinaryPrimitives.ReadUInt32BigEndian(from);

    private static ulong UInt64(ReadOnlySpan<byte> from, bool isLittle) =>
        isLittle ? BinaryPrimitives.ReadUInt64LittleEndian(from) : BinaryPrimitives.ReadUInt64BigEndian(from);
}
