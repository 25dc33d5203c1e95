namespace BuildpackTasks.Oci;

/// <summary>Lets one at a time do what concerns one thing. Safe for concurrent use; remembers nothing of what nobody does.</summary>
/// <typeparam name="TKey">What names the thing.</typeparam>
internal sealed class Turns<TKey>
    where TKey : notnull
{
    private readonly Lock gate = new();
    private readonly Dictionary<TKey, Turn> turns = [];

    /// <summary>Waits for the turn.</summary>
    /// <returns>To be disposed of at its end.</returns>
    public async Task<IDisposable> EnterAsync(TKey key, CancellationToken cancellationToken)
    {
        Turn? turn;
        lock (gate)
        {
            if (!turns.TryGetValue(key, out turn)) turns[key] = turn = new Turn(this, key);
            turn.Users++;
        }
        try
        {
            await turn.Semaphore.WaitAsync(cancellationToken);
            return turn;
        }
        catch
        {
            Leave(turn);
            throw;
        }
    }

    private void Leave(Turn turn)
    {
        lock (gate)
        {
            if (--turn.Users > 0) return;
            turns.Remove(turn.Key);
            turn.Semaphore.Dispose();
        }
    }

    private sealed class Turn(Turns<TKey> turns, TKey key) : IDisposable
    {
        public TKey Key => key;

        public SemaphoreSlim Semaphore { get; } = new(1);

        public int Users { get; set; }

        public void Dispose()
        {
            Semaphore.Release();
            turns.Leave(this);
        }
    }
}
