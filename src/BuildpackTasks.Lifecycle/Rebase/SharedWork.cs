using System.Collections.Concurrent;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// Work that many images of a run need and that is done once, whoever comes first: the others wait for it. What fails fails for
/// all; what was only stopped is begun again by the next who needs it.
/// </summary>
/// <typeparam name="TKey">What tells one piece of work from another.</typeparam>
/// <typeparam name="TValue">What comes of it.</typeparam>
public sealed class SharedWork<TKey, TValue>
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Lazy<Task<TValue>>> all = new();

    /// <summary>What came of the work, which is done where nobody has done it yet.</summary>
    /// <param name="key">Which work.</param>
    /// <param name="work">Does it.</param>
    /// <param name="cancellationToken">Stops the waiting, and the work where it was begun for this caller.</param>
    public async Task<TValue> GetAsync(TKey key, Func<CancellationToken, Task<TValue>> work, CancellationToken cancellationToken)
    {
        var own = new Lazy<Task<TValue>>(() => Task.Run(() => work(cancellationToken), CancellationToken.None));
        while (true)
        {
            Lazy<Task<TValue>> shared = all.GetOrAdd(key, own);
            try
            {
                return await shared.Value.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (shared.Value.IsCanceled)
            {
                all.TryRemove(KeyValuePair.Create(key, shared));
                if (shared == own || cancellationToken.IsCancellationRequested) throw;
            }
        }
    }
}
