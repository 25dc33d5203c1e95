using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;

namespace BuildpackTasks;

/// <summary>
/// How long the phases of a build took and what they asked of registries, one after the other. What was asked before a phase began and
/// after the last one ended, such as while the compiler ran, was asked for it.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="traffic">What went between this machine and registries until now.</param>
internal sealed class PhaseLog(TimeProvider time, Func<RegistryTraffic> traffic)
{
    private readonly List<ReportedPhase> ended = [];
    private (string Name, long Begun)? current;
    private RegistryTraffic before = new(0, 0, 0);

    /// <summary>The phases; the one that runs as far as it is.</summary>
    public IReadOnlyList<ReportedPhase> Phases => current is null ? [.. ended] : [.. ended, Current()];

    /// <summary>Begins a phase.</summary>
    /// <param name="name">Its name.</param>
    public void Begin(string name) => current = (name, time.GetTimestamp());

    /// <summary>Ends the phase that runs.</summary>
    public ReportedPhase End()
    {
        ReportedPhase phase = Current();
        ended.Add(phase);
        before = traffic();
        current = null;
        return phase;
    }

    /// <summary>Forgets the phases that ended.</summary>
    public void Clear() => ended.Clear();

    private ReportedPhase Current()
    {
        (string name, long begun) = current!.Value;
        return new ReportedPhase(name, time.GetElapsedTime(begun), traffic().Since(before));
    }
}
