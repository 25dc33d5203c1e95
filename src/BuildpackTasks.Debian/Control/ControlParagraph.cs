using System.Text;

namespace BuildpackTasks.Debian;

/// <summary>
/// Fields and their values (Debian policy, 5.1). Names do not depend on case; lines of a value that go on are kept, each
/// without the blank it starts with.
/// </summary>
internal sealed class ControlParagraph
{
    private readonly Dictionary<string, string> fields = new(StringComparer.OrdinalIgnoreCase);

    private ControlParagraph()
    {
    }

    /// <summary>The value of a field, or null where the paragraph has none.</summary>
    /// <param name="name">The field.</param>
    public string? this[string name] => fields.GetValueOrDefault(name);

    /// <summary>The paragraphs of a file.</summary>
    /// <param name="content">The file's bytes.</param>
    /// <param name="where">What messages call it.</param>
    /// <exception cref="DebianException">BPT4001: a line is neither a field nor goes on with one.</exception>
    public static IReadOnlyList<ControlParagraph> ParseAll(ReadOnlyMemory<byte> content, string where)
    {
        var paragraphs = new List<ControlParagraph>();
        foreach (ReadOnlyMemory<byte> paragraph in ControlFile.Paragraphs(content)) paragraphs.Add(Parse(paragraph.Span, where));
        return paragraphs;
    }

    /// <summary>Reads one paragraph.</summary>
    /// <param name="content">Its bytes.</param>
    /// <param name="where">What messages call it.</param>
    /// <exception cref="DebianException">BPT4001: a line is neither a field nor goes on with one.</exception>
    public static ControlParagraph Parse(ReadOnlySpan<byte> content, string where) =>
        TryParse(content, out string? problem) ?? throw DebianErrors.MalformedControl(where, problem!);

    /// <summary>Reads one paragraph, or says why it is none.</summary>
    /// <param name="content">Its bytes.</param>
    /// <param name="problem">Why it cannot be read, where the answer is null: one clause.</param>
    public static ControlParagraph? TryParse(ReadOnlySpan<byte> content, out string? problem)
    {
        var paragraph = new ControlParagraph();
        string? name = null;
        var value = new StringBuilder();
        foreach (Range range in content.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = content[range].TrimEnd("\r \t"u8);
            if (line.Length == 0 || line[0] == '#') continue;
            if (line[0] is (byte)' ' or (byte)'\t')
            {
                if (name is null)
                {
                    problem = "it starts with a line that goes on with nothing";
                    return null;
                }
                value.Append('\n').Append(Encoding.UTF8.GetString(line[1..]));
                continue;
            }
            if (!paragraph.TryAdd(name, value, out problem)) return null;
            int colon = line.IndexOf((byte)':');
            if (colon < 1)
            {
                problem = "a line has no field name";
                return null;
            }
            name = Encoding.UTF8.GetString(line[..colon]);
            value.Clear().Append(Encoding.UTF8.GetString(line[(colon + 1)..].Trim(" \t"u8)));
        }
        return paragraph.TryAdd(name, value, out problem) ? paragraph : null;
    }

    /// <summary>The value of a field that has to be there.</summary>
    /// <param name="name">The field.</param>
    /// <param name="where">What messages call the paragraph.</param>
    /// <exception cref="DebianException">BPT4001: there is no such field.</exception>
    public string Require(string name, string where) =>
        this[name] is { Length: > 0 } value ? value : throw DebianErrors.MalformedControl(where, $"it has no field '{name}'");

    private bool TryAdd(string? name, StringBuilder value, out string? problem)
    {
        bool added = name is null || fields.TryAdd(name, value.ToString());
        problem = added ? null : $"the field '{name}' is there twice";
        return added;
    }
}
