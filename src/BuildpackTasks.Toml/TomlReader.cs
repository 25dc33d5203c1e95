using System.Buffers;
using System.Text;

namespace BuildpackTasks.Toml;

/// <summary>Reads TOML 1.0 documents.</summary>
public static class TomlReader
{
    /// <summary>Reads a document as it is stored: UTF-8, with or without a byte order mark.</summary>
    /// <param name="utf8">The bytes.</param>
    /// <exception cref="TomlException">The bytes are not UTF-8 or not TOML.</exception>
    public static TomlTable Read(ReadOnlySpan<byte> utf8)
    {
        if (utf8.StartsWith("\uFEFF"u8)) utf8 = utf8[3..];
        var text = new StringBuilder(utf8.Length);
        for (ReadOnlySpan<byte> rest = utf8; rest.Length > 0;)
        {
            if (Rune.DecodeFromUtf8(rest, out Rune rune, out int length) != OperationStatus.Done)
                throw TomlPlace.Error(text.ToString(), text.Length, "a byte is not UTF-8");
            text.Append(rune);
            rest = rest[length..];
        }
        return new TomlParser(text.ToString()).ReadDocument();
    }

    /// <summary>Reads a document from text.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="TomlException">The text is not TOML.</exception>
    public static TomlTable Read(string text) => new TomlParser(text.StartsWith('\uFEFF') ? text[1..] : text).ReadDocument();
}
