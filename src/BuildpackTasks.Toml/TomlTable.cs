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

    /// <inheritdoc/>
    public bool ContainsKey(string key) => values.ContainsKey(key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out object value) => values.TryGetValue(key, out value);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, object>> GetEnumerator() => values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
