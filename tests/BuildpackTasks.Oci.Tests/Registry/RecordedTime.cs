using System.Collections.Concurrent;

namespace BuildpackTasks.Oci.Tests;

/// <summary>A clock whose timers end at once; it remembers how long they would have taken, and can be put forward.</summary>
internal sealed class RecordedTime : TimeProvider
{
    private readonly ConcurrentQueue<TimeSpan> delays = new();
    private TimeSpan ahead;

    public TimeSpan[] Delays => [.. delays];

    public void Advance(TimeSpan by) => ahead += by;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + ahead;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        delays.Enqueue(dueTime);
        return base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
