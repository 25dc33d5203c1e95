using System.Collections.Concurrent;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// Work that many images of a run need and that is done once, whoever comes first: the others wait for it. What fails fails for all
/// who ask within the next two seconds, and is tried again by who comes later; what was only stopped is begun again by the next who
/// needs it.
/// </summary>
/// <typeparam name="TKey">What tells one piece of work from another.</typeparam>
/// <typeparam name="TValue">What comes of it.</typeparam>
/// <param name="time">The clock; null for the machine's.</param>
public sealed class SharedWork<TKey, TValue>(TimeProvider? time = null)
    where TKey : notnull
{
    // Long enough for those who wait together, and short beside what a registry is tried for before it is said to be down.
    private static readonly TimeSpan FailureCounts = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<TKey, Attempt> all = new();
    private readonly TimeProvider time = time ?? TimeProvider.System;

    /// <summary>What came of the work, which is done where nobody has done it yet.</summary>
    /// <param name="key">Which work.</param>
    /// <param name="work">Does it.</param>
    /// <param name="cancellationToken">Stops the waiting, and the work where it was begun for this caller.</param>
    public async Task<TValue> GetAsync(TKey key, Func<CancellationToken, Task<TValue>> work, CancellationToken cancellationToken)
    {
        var own = new Attempt(work, time, cancellationToken);
        while (true)
        {
            Attempt shared = all.GetOrAdd(key, own);
            if (shared.FailedFor > FailureCounts)
            {
                all.TryRemove(KeyValuePair.Create(key, shared));
                continue;
            }
            try
            {
                return await shared.Result.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (shared.Result.IsCanceled)
            {
                all.TryRemove(KeyValuePair.Create(key, shared));
                if (shared == own || cancellationToken.IsCancellationRequested) throw;
            }
        }
    }

    private sealed class Attempt
    {
        private readonly TimeProvider time;
        private readonly Lazy<Task<TValue>> result;
        private long failed;

        public Attempt(Func<CancellationToken, Task<TValue>> work, TimeProvider time, CancellationToken cancellationToken)
        {
            this.time = time;
            result = new(() => Task.Run(() => RunAsync(work, cancellationToken), CancellationToken.None));
        }

        public Task<TValue> Result => result.Value;

        // Nought where it has not failed.
        public TimeSpan FailedFor => result is { IsValueCreated: true, Value.IsFaulted: true } ? time.GetElapsedTime(Interlocked.Read(ref failed)) : TimeSpan.Zero;

        private async Task<TValue> RunAsync(Func<CancellationToken, Task<TValue>> work, CancellationToken cancellationToken)
        {
            try
            {
                return await work(cancellationToken);
            }
            catch
            {
                Interlocked.Exchange(ref failed, time.GetTimestamp());
                throw;
            }
        }
    }
}
