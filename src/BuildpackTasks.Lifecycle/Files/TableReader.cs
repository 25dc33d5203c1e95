using BuildpackTasks.Toml;

namespace BuildpackTasks.Lifecycle;

/// <summary>Reads the keys of a table, and says which key of which file is wrong when one is.</summary>
/// <param name="table">The table.</param>
/// <param name="file">The file that it is of.</param>
/// <param name="path">The table's own key, dotted, with a dot at its end; empty for the document.</param>
/// <param name="malformed">
/// Makes the error of file, reason and cause, for a file that somebody else wrote; its reasons have the line and the column. Null for
/// that of a file of the build's state.
/// </param>
internal sealed class TableReader(TomlTable table, string file, string path = "", Func<string, string, Exception?, LifecycleException>? malformed = null)
{
    public TomlTable Table => table;

    public bool Has(string key) => table.ContainsKey(key);

    public string Text(string key) => OptionalText(key) ?? throw Missing(key);

    public string? OptionalText(string key) => Optional<string>(key, "text");

    public bool Flag(string key) => table.ContainsKey(key) && Required<bool>(key, "true or false");

    public long Number(string key) => Required<long>(key, "a whole number");

    public IReadOnlyList<string> Texts(string key) =>
        [.. (Optional<TomlArray>(key, "a list") ?? []).Select(item => item as string ?? throw Wrong(key, "a list of texts"))];

    public TableReader Sub(string key) => OptionalSub(key) ?? throw Missing(key);

    public TableReader? OptionalSub(string key) =>
        Optional<TomlTable>(key, "a table") is { } sub ? new TableReader(sub, file, $"{path}{key}.", malformed) : null;

    public IReadOnlyList<TableReader> Subs(string key) =>
        [.. (Optional<TomlArray>(key, "a list of tables") ?? []).Select((item, index) =>
            item is TomlTable sub ? new TableReader(sub, file, $"{path}{key}[{index}].", malformed) : throw Wrong(key, "a list of tables"))];

    /// <summary>The table's values where all of them are tables, by their keys.</summary>
    public IReadOnlyList<KeyValuePair<string, TableReader>> AllSubs() => [.. table.Keys.Select(key => KeyValuePair.Create(key, Sub(key)))];

    /// <summary>The table's values where all of them are text.</summary>
    public IReadOnlyDictionary<string, string> AllTexts() =>
        new SortedDictionary<string, string>(table.Keys.ToDictionary(static key => key, Text), StringComparer.Ordinal);

    /// <summary>A key's text as a value of its own type.</summary>
    /// <param name="key">The key.</param>
    /// <param name="parse">Reads the text.</param>
    public T Parsed<T>(string key, Func<string, T> parse)
    {
        string text = Text(key);
        try
        {
            return parse(text);
        }
        catch (Oci.CodedException e)
        {
            throw Placed(key, $"'{path}{key}': {e.Message.TrimEnd('.')}", e);
        }
    }

    /// <summary>The error for a key whose value is wrong in a way of its own.</summary>
    /// <param name="key">The key.</param>
    /// <param name="what">What is wrong, as it follows the key.</param>
    public LifecycleException Bad(string key, string what) => Placed(key, $"'{path}{key}' {what}");

    /// <summary>The error for what is wrong with the file.</summary>
    /// <param name="reason">What is wrong, without a full stop.</param>
    /// <param name="inner">What caused it, or null.</param>
    public LifecycleException Error(string reason, Exception? inner = null) => (malformed ?? LifecycleErrors.MalformedFile)(file, reason, inner);

    private T Required<T>(string key, string what) => table.TryGetValue(key, out object? value) ? value is T typed ? typed : throw Wrong(key, what) : throw Missing(key);

    private T? Optional<T>(string key, string what) where T : class =>
        !table.TryGetValue(key, out object? value) ? null : value as T ?? throw Wrong(key, what);

    private LifecycleException Missing(string key) => Placed(key, $"it has no '{path}{key}'");

    private LifecycleException Wrong(string key, string what) => Bad(key, $"is not {what}");

    /// <summary>The error for a key, with the place of it, or of the table where the key is missing.</summary>
    private LifecycleException Placed(string key, string reason, Exception? inner = null) =>
        Error(malformed is not null && table.PlaceOf(key) is { } place ? $"{place}: {reason}" : reason, inner);
}
