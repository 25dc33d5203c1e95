namespace BuildpackTasks.Oci;

/// <summary>Lets one at a time do what concerns one digest. Safe for concurrent use; holds nothing where nobody waits.</summary>
internal sealed class DigestTurns
{
    private readonly Lock gate = new();
    private readonly Dictionary<Digest, Turn> turns = [];

    /// <summary>Waits for the turn.</summary>
    /// <returns>To be disposed of at its end.</returns>
    public async Task<IDisposable> EnterAsync(Digest digest, CancellationToken cancellationToken)
    {
        Turn? turn;
        lock (gate)
        {
            if (!turns.TryGetValue(digest, out turn)) turns[digest] = turn = new Turn(this, digest);
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
            turns.Remove(turn.Digest);
            turn.Semaphore.Dispose();
        }
    }

    private sealed class Turn(DigestTurns turns, Digest digest) : IDisposable
    {
        public Digest Digest => digest;

        public SemaphoreSlim Semaphore { get; } = new(1);

        public int Users { get; set; }

        public void Dispose()
        {
            Semaphore.Release();
            turns.Leave(this);
        }
    }
}
