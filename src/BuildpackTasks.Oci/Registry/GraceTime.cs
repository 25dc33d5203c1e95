namespace BuildpackTasks.Oci;

/// <summary>For requests that must not be broken off the moment that somebody wants to stop.</summary>
internal static class GraceTime
{
    /// <summary>Does something that goes on for a while after a cancellation.</summary>
    /// <param name="action">What to do.</param>
    /// <param name="grace">For how long.</param>
    /// <param name="cancellationToken">Keeps it from being begun, or ends it after that time.</param>
    public static async Task<T> ToItsEndAsync<T>(Func<CancellationToken, Task<T>> action, TimeSpan grace, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var end = new CancellationTokenSource();
        using CancellationTokenRegistration registration = cancellationToken.Register(() => end.CancelAfter(grace));
        return await action(end.Token);
    }
}
