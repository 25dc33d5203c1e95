using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace BuildpackTasks.Toml;

/// <summary>An array: values of the types that <see cref="TomlTable"/> lists, in order; they may be of different types.</summary>
[SuppressMessage("Naming", "CA1710:Identifiers should have correct suffix", Justification = "Array is the format's own word.")]
public sealed class TomlArray : IReadOnlyList<object>
{
    private readonly List<object> values = [];

    /// <summary>An array without values.</summary>
    public TomlArray()
    {
    }

    /// <summary>An array of values.</summary>
    /// <param name="values">The values.</param>
    /// <exception cref="ArgumentException">A value is of a type that TOML does not have.</exception>
    public TomlArray(IEnumerable<object> values)
    {
        foreach (object value in values) Add(value);
    }

    /// <inheritdoc/>
    public int Count => values.Count;

    /// <inheritdoc/>
    public object this[int index] => values[index];

    /// <summary>Adds a value as the last one.</summary>
    /// <param name="value">The value.</param>
    /// <exception cref="ArgumentException">The value is of a type that TOML does not have.</exception>
    public void Add(object value) => values.Add(TomlValue.Checked(value));

    /// <inheritdoc/>
    public IEnumerator<object> GetEnumerator() => values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
