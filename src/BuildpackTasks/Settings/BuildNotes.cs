namespace BuildpackTasks;

/// <summary>What was not as it should be in a build and what came of it, each sentence once. Safe for concurrent use.</summary>
internal sealed class BuildNotes
{
    private readonly Lock gate = new();
    private readonly List<string> notes = [];

    /// <summary>The sentences, in the order in which they came.</summary>
    public IReadOnlyList<string> All
    {
        get
        {
            lock (gate) return [.. notes];
        }
    }

    /// <summary>Adds a sentence.</summary>
    /// <returns>Whether it is new.</returns>
    public bool Add(string note)
    {
        lock (gate)
        {
            if (notes.Contains(note)) return false;
            notes.Add(note);
            return true;
        }
    }

    /// <summary>Forgets all of them.</summary>
    public void Clear()
    {
        lock (gate) notes.Clear();
    }
}
