namespace BuildpackTasks.Toml;

/// <summary>A document is not TOML 1.0.</summary>
/// <param name="reason">What is wrong, without the place and without a full stop.</param>
/// <param name="line">The line of the first character that is wrong, counted from 1.</param>
/// <param name="column">Its column in Unicode code points, counted from 1.</param>
public sealed class TomlException(string reason, int line, int column) : FormatException($"line {line}, column {column}: {reason}")
{
    /// <summary>What is wrong, without the place and without a full stop.</summary>
    public string Reason { get; } = reason;

    /// <summary>The line of the first character that is wrong, counted from 1.</summary>
    public int Line { get; } = line;

    /// <summary>Its column in Unicode code points, counted from 1.</summary>
    public int Column { get; } = column;
}
