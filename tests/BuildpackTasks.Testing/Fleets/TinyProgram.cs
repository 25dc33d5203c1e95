using System.Buffers.Binary;
using System.Text;

namespace BuildpackTasks.Testing;

/// <summary>
/// The smallest program for 64-bit x86 Linux that shows what it is stacked on: it prints <c>/etc/os-release</c> and then a text. It
/// needs no library, so it runs on any run image.
/// </summary>
internal static class TinyProgram
{
    private const int Address = 0x400000;
    private const int Headers = 64 + 56;
    private const int BufferAddress = Address + 0x10000;

    public static byte[] Create(string text)
    {
        byte[] path = "/etc/os-release\0"u8.ToArray();
        byte[] message = Encoding.ASCII.GetBytes(text);
        int codeLength = Code(0, 0, 0).Length;
        int pathAddress = Address + Headers + codeLength;
        byte[] content = [.. Code(pathAddress, pathAddress + path.Length, message.Length), .. path, .. message];

        var file = new byte[Headers + content.Length];
        ReadOnlySpan<byte> identity = [0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1];
        identity.CopyTo(file);
        Put16(16, 2); // executable
        Put16(18, 62); // x86-64
        Put32(20, 1);
        Put64(24, Address + Headers); // entry
        Put64(32, 64); // program headers
        Put16(52, 64);
        Put16(54, 56);
        Put16(56, 1);
        Put32(64, 1); // load
        Put32(68, 7); // read, write, execute
        Put64(80, Address);
        Put64(88, Address);
        Put64(96, file.Length);
        Put64(104, BufferAddress - Address + 0x1000);
        Put64(112, 0x1000);
        content.CopyTo(file, Headers);
        return file;

        void Put16(int at, short value) => BinaryPrimitives.WriteInt16LittleEndian(file.AsSpan(at), value);
        void Put32(int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);
        void Put64(int at, long value) => BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(at), value);
    }

    private static byte[] Code(int path, int message, int messageLength) =>
    [
        0xb8, .. Int(2), 0xbf, .. Int(path), 0x31, 0xf6, 0x0f, 0x05, // open(path, 0)
        0x89, 0xc7, 0x31, 0xc0, 0xbe, .. Int(BufferAddress), 0xba, .. Int(0x1000), 0x0f, 0x05, // read(it, buffer, 4096)
        0x89, 0xc2, 0xb8, .. Int(1), 0xbf, .. Int(1), 0xbe, .. Int(BufferAddress), 0x0f, 0x05, // write(1, buffer, what was read)
        0xb8, .. Int(1), 0xbf, .. Int(1), 0xbe, .. Int(message), 0xba, .. Int(messageLength), 0x0f, 0x05, // write(1, message)
        0xb8, .. Int(60), 0x31, 0xff, 0x0f, 0x05, // exit(0)
    ];

    private static byte[] Int(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }
}
