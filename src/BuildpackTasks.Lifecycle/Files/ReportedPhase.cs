using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>A phase in the report.</summary>
/// <param name="Name">The name of its target.</param>
/// <param name="Time">How long it took.</param>
/// <param name="Traffic">What went between this machine and registries meanwhile.</param>
public sealed record ReportedPhase(string Name, TimeSpan Time, RegistryTraffic Traffic);
