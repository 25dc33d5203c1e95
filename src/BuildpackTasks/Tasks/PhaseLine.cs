using System.Globalization;
using BuildpackTasks.Lifecycle;

namespace BuildpackTasks;

/// <summary>A phase as messages have it.</summary>
internal static class PhaseLine
{
    /// <summary>How long it took, and what it asked of registries where it asked for anything.</summary>
    public static string Format(ReportedPhase phase)
    {
        string line = string.Create(CultureInfo.InvariantCulture, $"{phase.Name}: {phase.Time.TotalSeconds:0.00} s");
        return phase.Traffic.Requests == 0
            ? line
            : $"{line}, {phase.Traffic.Requests} requests, {ByteSize.Format(phase.Traffic.BytesSent)} sent, {ByteSize.Format(phase.Traffic.BytesReceived)} received";
    }
}
