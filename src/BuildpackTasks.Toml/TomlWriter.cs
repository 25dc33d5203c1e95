using System.Globalization;
using System.Text;

namespace BuildpackTasks.Toml;

/// <summary>
/// Writes TOML documents: the same text for the same table, on every machine. Keys keep the table's order, except that what
/// fits on a line of its own comes before sub-tables.
/// </summary>
public static class TomlWriter
{
    /// <summary>Writes a document.</summary>
    /// <param name="table">What it holds.</param>
    /// <returns>The text: lines that end with a line feed.</returns>
    public static string Write(TomlTable table)
    {
        var text = new StringBuilder();
        WriteTable(text, table, "");
        return text.ToString();
    }

    private static void WriteTable(StringBuilder text, TomlTable table, string path)
    {
        foreach ((string key, object value) in table)
        {
            if (HasHeader(value)) continue;
            text.Append(Key(key)).Append(" = ");
            WriteInline(text, value);
            text.Append('\n');
        }
        foreach ((string key, object value) in table)
        {
            string child = path.Length == 0 ? Key(key) : $"{path}.{Key(key)}";
            if (value is TomlTable below)
            {
                // A table that only leads to others needs no header.
                if (below.Count == 0 || below.Any(static entry => !HasHeader(entry.Value))) WriteHeader(text, $"[{child}]");
                WriteTable(text, below, child);
            }
            else if (value is TomlArray array && HasHeader(array))
            {
                foreach (object element in array)
                {
                    WriteHeader(text, $"[[{child}]]");
                    WriteTable(text, (TomlTable)element, child);
                }
            }
        }
    }

    private static bool HasHeader(object value) => value is TomlTable or TomlArray { Count: > 0 } && (value as TomlArray)?.All(static element => element is TomlTable) != false;

    private static void WriteHeader(StringBuilder text, string header)
    {
        if (text.Length > 0) text.Append('\n');
        text.Append(header).Append('\n');
    }

    private static void WriteInline(StringBuilder text, object value)
    {
        switch (value)
        {
            case string content:
                WriteString(text, content);
                break;
            case bool flag:
                text.Append(flag ? "true" : "false");
                break;
            case long number:
                text.Append(number.ToString(CultureInfo.InvariantCulture));
                break;
            case double number:
                text.Append(Float(number));
                break;
            case TomlArray array:
                text.Append('[');
                for (int index = 0; index < array.Count; index++)
                {
                    if (index > 0) text.Append(", ");
                    WriteInline(text, array[index]);
                }
                text.Append(']');
                break;
            case TomlTable { Count: 0 }:
                text.Append("{}");
                break;
            case TomlTable table:
                text.Append("{ ");
                string separator = "";
                foreach ((string key, object entry) in table)
                {
                    text.Append(separator).Append(Key(key)).Append(" = ");
                    WriteInline(text, entry);
                    separator = ", ";
                }
                text.Append(" }");
                break;
            default:
                text.Append(TomlTime.Format(value));
                break;
        }
    }

    private static string Key(string key)
    {
        if (key.Length > 0 && key.All(static character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-')) return key;
        var text = new StringBuilder();
        WriteString(text, key);
        return text.ToString();
    }

    private static void WriteString(StringBuilder text, string content)
    {
        text.Append('"');
        foreach (char character in content)
        {
            text.Append(character switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\b' => "\\b",
                '\t' => "\\t",
                '\n' => "\\n",
                '\f' => "\\f",
                '\r' => "\\r",
                < ' ' or '\x7f' => $"\\u{(int)character:X4}",
                _ => character.ToString(),
            });
        }
        text.Append('"');
    }

    private static string Float(double number)
    {
        if (double.IsNaN(number)) return "nan";
        if (double.IsInfinity(number)) return number > 0 ? "inf" : "-inf";
        string text = number.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().IndexOfAny(".E") < 0 ? text + ".0" : text;
    }
}
