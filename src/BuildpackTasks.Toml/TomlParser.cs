using System.Globalization;

namespace BuildpackTasks.Toml;

/// <summary>
/// Reads one document: expressions, keys and the rules about what may be defined when. Strings and other values are in the
/// other parts of this type.
/// </summary>
internal sealed partial class TomlParser(string text)
{
    // Far more than any document needs, far less than the stack holds.
    private const int MaxDepth = 100;

    private readonly Dictionary<TomlTable, Definition> definitions = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<TomlArray> arraysOfTables = new(ReferenceEqualityComparer.Instance);
    private int position;
    private int depth;

    /// <summary>How a table came to be, which decides what may be added to it later.</summary>
    private enum Definition
    {
        /// <summary>By being a part of a header before the last: a header of its own may still follow.</summary>
        ByLongerHeader,

        /// <summary>By a header of its own, or as an element of an array of tables.</summary>
        ByHeader,

        /// <summary>By being a part of a dotted key before the last.</summary>
        ByDottedKey,

        /// <summary>As an inline table: complete, nothing can be added.</summary>
        Inline,
    }

    private char Current => position < text.Length ? text[position] : '\0';

    private bool AtEnd => position >= text.Length;

    public TomlTable ReadDocument()
    {
        TomlTable root = NewTable(Definition.ByHeader, 0);
        TomlTable table = root;
        while (true)
        {
            SkipBlank();
            if (AtEnd) return root;
            switch (Current)
            {
                case '\n' or '\r':
                    ReadNewline();
                    continue;
                case '#':
                    SkipComment();
                    break;
                case '[':
                    table = ReadHeader(root);
                    break;
                default:
                    ReadKeyValue(table);
                    break;
            }
            EndLine();
        }
    }

    private TomlTable ReadHeader(TomlTable root)
    {
        int start = position++;
        bool element = Current == '[';
        if (element) position++;
        SkipBlank();
        List<string> key = ReadKey();
        Expect(']', "a header ends with ']'");
        if (element) Expect(']', "the header of an array of tables ends with ']]'");

        TomlTable table = root;
        for (int index = 0; index < key.Count - 1; index++)
        {
            string part = key[index];
            if (!table.TryGetValue(part, out object? value)) table.Add(part, value = NewTable(Definition.ByLongerHeader, start), start);
            table = value switch
            {
                TomlTable next when definitions[next] != Definition.Inline => next,
                TomlArray array when arraysOfTables.Contains(array) => (TomlTable)array[^1],
                _ => throw Error(start, $"'{part}' is defined already and cannot have tables added"),
            };
        }

        string name = key[^1];
        return element ? AddElement(table, name, start) : DefineTable(table, name, start);
    }

    private TomlTable DefineTable(TomlTable parent, string name, int start)
    {
        if (!parent.TryGetValue(name, out object? value))
        {
            TomlTable table = NewTable(Definition.ByHeader, start);
            parent.Add(name, table, start);
            return table;
        }
        if (value is not TomlTable existing || definitions[existing] != Definition.ByLongerHeader) throw Error(start, $"'{name}' is defined already");
        definitions[existing] = Definition.ByHeader;
        return existing;
    }

    private TomlTable AddElement(TomlTable parent, string name, int start)
    {
        if (!parent.TryGetValue(name, out object? value))
        {
            var created = new TomlArray();
            arraysOfTables.Add(created);
            parent.Add(name, value = created, start);
        }
        if (value is not TomlArray array || !arraysOfTables.Contains(array)) throw Error(start, $"'{name}' is defined already and is not an array of tables");
        TomlTable table = NewTable(Definition.ByHeader, start);
        array.Add(table);
        return table;
    }

    private void ReadKeyValue(TomlTable table)
    {
        int start = position;
        List<string> key = ReadKey();
        Expect('=', "a key is followed by '='");
        SkipBlank();
        for (int index = 0; index < key.Count - 1; index++)
        {
            string part = key[index];
            if (!table.TryGetValue(part, out object? existing)) table.Add(part, existing = NewTable(Definition.ByDottedKey, start), start);
            table = existing is TomlTable next && definitions[next] == Definition.ByDottedKey ? next
                : throw Error(start, $"'{part}' is defined already and cannot have keys added");
        }
        if (table.ContainsKey(key[^1])) throw Error(start, $"'{key[^1]}' is defined already");
        table.Add(key[^1], ReadValue(), start);
    }

    /// <summary>Reads a simple or dotted key and the blanks after it.</summary>
    private List<string> ReadKey()
    {
        var parts = new List<string>();
        while (true)
        {
            if (parts.Count == MaxDepth) throw Error(position, $"a key has more than {MaxDepth} parts");
            parts.Add(ReadSimpleKey());
            SkipBlank();
            if (Current != '.') return parts;
            position++;
            SkipBlank();
        }
    }

    private string ReadSimpleKey()
    {
        if (Current == '"') return ReadBasicString();
        if (Current == '\'') return ReadLiteralString();
        int start = position;
        while (char.IsAsciiLetterOrDigit(Current) || Current is '_' or '-') position++;
        return position > start ? text[start..position] : throw Unexpected("a key");
    }

    private TomlTable NewTable(Definition definition, int start)
    {
        var table = new TomlTable(text, start);
        definitions[table] = definition;
        return table;
    }

    private void EndLine()
    {
        SkipBlank();
        if (Current == '#') SkipComment();
        if (!AtEnd) ReadNewline();
    }

    private void ReadNewline()
    {
        if (Current == '\r' && position + 1 < text.Length && text[position + 1] == '\n') position++;
        if (Current != '\n') throw Unexpected("the end of the line");
        position++;
    }

    private void SkipBlank()
    {
        while (Current is ' ' or '\t') position++;
    }

    private void SkipComment()
    {
        while (!AtEnd && Current != '\n' && !(Current == '\r' && position + 1 < text.Length && text[position + 1] == '\n'))
        {
            RequireCharacter("a comment");
            position++;
        }
    }

    /// <summary>Blanks, comments and line ends, as they may stand between the values of an array.</summary>
    private void SkipBlankLines()
    {
        while (true)
        {
            SkipBlank();
            if (Current == '#') SkipComment();
            else if (Current is '\n' or '\r') ReadNewline();
            else return;
        }
    }

    private void Expect(char expected, string rule)
    {
        if (AtEnd || Current != expected) throw Error(position, rule);
        position++;
    }

    /// <summary>Control characters other than tab are allowed nowhere, halves of surrogate pairs are no characters.</summary>
    private void RequireCharacter(string where)
    {
        char character = text[position];
        if ((character < ' ' && character != '\t') || character == '\x7f') throw Error(position, $"the control character U+{(int)character:X4} is not allowed in {where}");
        if (!char.IsSurrogate(character)) return;
        bool paired = char.IsHighSurrogate(character)
            ? position + 1 < text.Length && char.IsLowSurrogate(text[position + 1])
            : position > 0 && char.IsHighSurrogate(text[position - 1]);
        if (!paired) throw Error(position, "half of a surrogate pair is not a character");
    }

    private TomlException Unexpected(string wanted) =>
        Error(position, AtEnd ? $"the document ends where {wanted} is expected"
            : Current == '\n' ? $"the line ends where {wanted} is expected"
            : $"{Display(Current)} stands where {wanted} is expected");

    private static string Display(char character) =>
        char.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate ? $"U+{(int)character:X4}" : $"'{character}'";

    private TomlException Error(int offset, string reason) => TomlPlace.Error(text, offset, reason);
}
