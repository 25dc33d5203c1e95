namespace BuildpackTasks.Toml;

/// <summary>A place in a document, as a person looks for it.</summary>
/// <param name="Line">The line, counted from 1.</param>
/// <param name="Column">The column in Unicode code points, counted from 1.</param>
public readonly record struct TomlPlace(int Line, int Column)
{
    /// <summary>The text <c>line 1, column 1</c>.</summary>
    public override string ToString() => $"line {Line}, column {Column}";

    internal static TomlPlace Of(string text, int offset)
    {
        int line = 1;
        int column = 1;
        for (int index = 0; index < offset; index++)
        {
            if (text[index] == '\n') (line, column) = (line + 1, 1);
            else if (!char.IsLowSurrogate(text[index])) column++;
        }
        return new TomlPlace(line, column);
    }

    internal static TomlException Error(string text, int offset, string reason)
    {
        TomlPlace place = Of(text, offset);
        return new TomlException(reason, place.Line, place.Column);
    }
}
