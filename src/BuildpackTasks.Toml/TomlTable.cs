using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace BuildpackTasks.Toml;

/// <summary>
/// A table: values by key, in the order in which they were added. A value is <see cref="string"/>, <see cref="long"/>,
/// <see cref="double"/>, <see cref="bool"/>, <see cref="DateTimeOffset"/>, <see cref="DateTime"/> (a local date and time),
/// <see cref="DateOnly"/>, <see cref="TimeOnly"/>, <see cref="TomlArray"/> or <see cref="TomlTable"/>.
/// </summary>
[SuppressMessage("Naming", "CA1710:Identifiers should have correct suffix", Justification = "Table is the format's own word.")]
public sealed class TomlTable : IReadOnlyDictionary<string, object>
{
    // OrderedDictionary keeps the order of insertion, which the writer keeps too.
    private readonly OrderedDictionary<string, object> values = new(StringComparer.Ordinal);

    // Where things stand in the document that the table was read from; a table that was made otherwise has none. A line and a column
    // are counted only when somebody asks, which is when something is wrong.
    private readonly string? document;
    private readonly int start;
    private readonly Dictionary<string, int>? offsets;

    /// <summary>A table without keys.</summary>
    public TomlTable()
    {
    }

    internal TomlTable(string document, int start)
    {
        this.document = document;
        this.start = start;
        offsets = new Dictionary<string, int>(StringComparer.Ordinal);
    }

    /// <summary>Where the table begins in the document that it was read from: its header or its brace; null for one that was not read.</summary>
    public TomlPlace? Place => document is null ? null : TomlPlace.Of(document, start);

    /// <inheritdoc/>
    public int Count => values.Count;

    /// <inheritdoc/>
    public IEnumerable<string> Keys => values.Keys;

    /// <inheritdoc/>
    public IEnumerable<object> Values => values.Values;

    /// <summary>The value of a key. Setting replaces it in its place, or adds it as the last one.</summary>
    /// <param name="key">The key.</param>
    /// <exception cref="KeyNotFoundException">There is no such key.</exception>
    /// <exception cref="ArgumentException">The value is of a type that TOML does not have.</exception>
    public object this[string key]
    {
        get => values[key];
        set => values[key] = TomlValue.Checked(value);
    }

    /// <summary>Adds a value as the last one.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <exception cref="ArgumentException">The key is there already, or the value is of a type that TOML does not have.</exception>
    public void Add(string key, object value) => values.Add(key, TomlValue.Checked(value));

    internal void Add(string key, object value, int offset)
    {
        Add(key, value);
        offsets![key] = offset;
    }

    /// <summary>Where a key stands in the document that the table was read from; where it has no place, that of the table, if it has one.</summary>
    /// <param name="key">The key.</param>
    public TomlPlace? PlaceOf(string key) =>
        document is not null && offsets!.TryGetValue(key, out int offset) ? TomlPlace.Of(document, offset) : Place;

    /// <inheritdoc/>
    public bool ContainsKey(string key) => values.ContainsKey(key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out object value) => values.TryGetValue(key, out value);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, object>> GetEnumerator() => values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
