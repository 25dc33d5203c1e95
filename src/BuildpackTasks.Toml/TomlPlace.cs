namespace BuildpackTasks.Toml;

/// <summary>Turns an offset in a document into the line and column that a person looks for.</summary>
internal static class TomlPlace
{
    public static TomlException Error(string text, int offset, string reason)
    {
        int line = 1;
        int column = 1;
        for (int index = 0; index < offset; index++)
        {
            if (text[index] == '\n') (line, column) = (line + 1, 1);
            else if (!char.IsLowSurrogate(text[index])) column++;
        }
        return new TomlException(reason, line, column);
    }
}
