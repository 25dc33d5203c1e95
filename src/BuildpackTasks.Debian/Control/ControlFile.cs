namespace BuildpackTasks.Debian;

/// <summary>
/// Files of paragraphs with empty lines between them. An index has tens of thousands, of which a resolution looks at some
/// dozens: what a paragraph says is read only when somebody asks.
/// </summary>
internal static class ControlFile
{
    /// <summary>Where the paragraphs of a file are, in its order.</summary>
    /// <param name="content">The file's bytes.</param>
    public static IEnumerable<ReadOnlyMemory<byte>> Paragraphs(ReadOnlyMemory<byte> content)
    {
        while (true)
        {
            int start = content.Span.IndexOfAnyExcept((byte)'\n', (byte)'\r');
            if (start < 0) yield break;
            content = content[start..];
            int end = EndOfParagraph(content.Span);
            yield return content[..end];
            content = content[end..];
        }
    }

    /// <summary>The value of a field that has one line, as bytes; empty where the paragraph has none.</summary>
    /// <param name="paragraph">The paragraph.</param>
    /// <param name="field">The field's name with a line feed before and a colon after it, in the case that archives write.</param>
    public static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> paragraph, ReadOnlySpan<byte> field)
    {
        int start;
        if (paragraph.StartsWith(field[1..]))
        {
            start = field.Length - 1;
        }
        else
        {
            start = paragraph.IndexOf(field);
            if (start < 0) return default;
            start += field.Length;
        }
        ReadOnlySpan<byte> rest = paragraph[start..];
        int end = rest.IndexOf((byte)'\n');
        return (end < 0 ? rest : rest[..end]).Trim(" \t\r"u8);
    }

    private static int EndOfParagraph(ReadOnlySpan<byte> content)
    {
        int unix = content.IndexOf("\n\n"u8);
        int end = unix < 0 ? content.Length : unix + 1;
        int dos = content[..end].IndexOf("\n\r\n"u8);
        return dos < 0 ? end : dos + 1;
    }
}
