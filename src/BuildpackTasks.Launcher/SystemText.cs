using System.Buffers;
using System.Text;

namespace BuildpackTasks.Launcher;

/// <summary>
/// Text as the system has it, which is bytes: nearly always UTF-8, but nothing says so. A byte that is not becomes half of a
/// surrogate pair, U+DC00 and the byte, and that the same byte again: arguments and variables pass through unchanged.
/// </summary>
internal static class SystemText
{
    /// <summary>Bytes as text.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (Ascii.IsValid(bytes)) return Encoding.ASCII.GetString(bytes);
        var text = new StringBuilder(bytes.Length);
        while (bytes.Length > 0)
        {
            if (Rune.DecodeFromUtf8(bytes, out Rune rune, out int length) == OperationStatus.Done)
            {
                text.Append(rune.ToString());
                bytes = bytes[length..];
                continue;
            }
            text.Append((char)(0xDC00 + bytes[0]));
            bytes = bytes[1..];
        }
        return text.ToString();
    }

    /// <summary>Text as bytes, with a byte 0 at the end.</summary>
    public static byte[] Encode(string text)
    {
        var bytes = new byte[(text.Length * 3) + 1];
        int count = 0;
        for (int index = 0; index < text.Length; index++)
        {
            char character = text[index];
            if (character < 0x80)
            {
                bytes[count++] = (byte)character;
            }
            else if (character is >= '\uDC80' and <= '\uDCFF')
            {
                bytes[count++] = (byte)(character - 0xDC00);
            }
            else if (Rune.TryGetRuneAt(text, index, out Rune rune))
            {
                count += rune.EncodeToUtf8(bytes.AsSpan(count));
                if (!rune.IsBmp) index++;
            }
        }
        return bytes[..(count + 1)];
    }
}
