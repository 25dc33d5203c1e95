namespace BuildpackTasks;

/// <summary>
/// Passes on what work says that can begin before, and end after, the task that listens: a task that has ended cannot say anything
/// any more. What nobody listens to is kept for who listens next.
/// </summary>
/// <typeparam name="T">What is said.</typeparam>
internal sealed class RelayedMessages<T> : IProgress<T>
{
    private readonly Lock gate = new();
    private readonly Queue<T> kept = new();
    private Action<T>? listener;

    /// <summary>Has somebody listen, from what was kept on.</summary>
    /// <param name="say">Told of each message, of one at a time; null for nobody.</param>
    public void PassTo(Action<T>? say)
    {
        lock (gate)
        {
            listener = say;
            if (say is null) return;
            while (kept.TryDequeue(out T? message)) say(message);
        }
    }

    /// <inheritdoc/>
    public void Report(T value)
    {
        lock (gate)
        {
            if (listener is null) kept.Enqueue(value);
            else listener(value);
        }
    }
}
