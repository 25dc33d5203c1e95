namespace BuildpackTasks.Oci;

/// <summary>
/// Remembers what was noted or asked for last, within a bound: a client that goes through thousands of repositories does not grow.
/// What is forgotten has to be found out again. Safe for concurrent use.
/// </summary>
/// <typeparam name="TKey">What is known.</typeparam>
/// <typeparam name="TValue">What is known of it.</typeparam>
/// <param name="capacity">How many are remembered at least; never more than twice as many.</param>
internal sealed class RecentMap<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private readonly Lock gate = new();
    private Dictionary<TKey, TValue> young = [];
    private Dictionary<TKey, TValue> old = [];

    public void Set(TKey key, TValue value)
    {
        lock (gate)
        {
            if (young.Count >= capacity) (old, young) = (young, []);
            young[key] = value;
        }
    }

    public bool TryGet(TKey key, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out TValue value)
    {
        lock (gate)
        {
            if (young.TryGetValue(key, out value)) return true;
            if (!old.TryGetValue(key, out value)) return false;
            Set(key, value);
            return true;
        }
    }

    public bool Has(TKey key) => TryGet(key, out _);

    /// <summary>Forgets a value, unless it is another one by now.</summary>
    public void Remove(TKey key, TValue value)
    {
        lock (gate)
        {
            if (TryGet(key, out TValue? known) && EqualityComparer<TValue>.Default.Equals(known, value)) Remove(key);
        }
    }

    public void Remove(TKey key)
    {
        lock (gate)
        {
            young.Remove(key);
            old.Remove(key);
        }
    }

    public void Clear()
    {
        lock (gate)
        {
            young = [];
            old = [];
        }
    }
}
