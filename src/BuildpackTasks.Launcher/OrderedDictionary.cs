using System.Diagnostics.CodeAnalysis;

namespace System.Collections.Generic;

/// <summary>
/// The part of the type of later frameworks that the shared source uses: values by key, in the order in which the keys were added. A
/// dictionary keeps that order as long as nothing is removed, and nothing can be.
/// </summary>
internal sealed class OrderedDictionary<TKey, TValue>(IEqualityComparer<TKey> comparer) : IEnumerable<KeyValuePair<TKey, TValue>>
    where TKey : notnull
{
    private readonly Dictionary<TKey, TValue> values = new(comparer);

    public int Count => values.Count;

    public IEnumerable<TKey> Keys => values.Keys;

    public IEnumerable<TValue> Values => values.Values;

    public TValue this[TKey key]
    {
        get => values[key];
        set => values[key] = value;
    }

    public void Add(TKey key, TValue value) => values.Add(key, value);

    public bool ContainsKey(TKey key) => values.ContainsKey(key);

    public bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TValue value) => values.TryGetValue(key, out value);

    public IEnumerator<KeyValuePair<TKey, TValue>> GetEnumerator() => values.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => values.GetEnumerator();
}
