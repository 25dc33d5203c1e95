namespace BuildpackTasks.Oci;

/// <summary>
/// Tries again what failed for a passing reason: after half a second, then twice as long each time, with up to a tenth more
/// so that many builds do not come back at once; or after as long as the registry asks for.
/// </summary>
/// <param name="attempts">How often in all.</param>
/// <param name="time">The clock to wait by.</param>
internal sealed class RetryPolicy(int attempts, TimeProvider time)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(500);

    // A registry that wants more patience than this has a limit that a build cannot sit out.
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(60);

    // A registry that has worked a moment ago is worth more patience than a name that may be wrong.
    private const int MoreAttempts = 2;

    private volatile bool isProven;

    /// <summary>Whether what is tried has worked before.</summary>
    public bool IsProven { get => isProven; set => isProven = value; }

    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> attempt, CancellationToken cancellationToken)
    {
        for (int number = 1; ; number++)
        {
            try
            {
                return await attempt(cancellationToken);
            }
            catch (TransientException failure)
            {
                await PauseAsync(number, failure, cancellationToken);
            }
        }
    }

    /// <summary>Waits for as long as there is to wait before the next attempt.</summary>
    /// <param name="failures">How often it has failed.</param>
    /// <param name="failure">The last failure.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="OciException">There is no next attempt: what the failure was.</exception>
    public async Task PauseAsync(int failures, TransientException failure, CancellationToken cancellationToken)
    {
        TimeSpan delay = failure.RetryAfter ?? FirstDelay * Math.Pow(2, failures - 1) * (1 + (Random.Shared.NextDouble() / 10));
        if (failures >= attempts + (isProven ? MoreAttempts : 0) || delay > LongestDelay) throw failure.Error;
        await Task.Delay(delay, time, cancellationToken);
    }
}
