namespace BuildpackTasks.Testing;

/// <summary>A fault that a <see cref="FaultProxy"/> makes.</summary>
/// <param name="Kind">What goes wrong.</param>
/// <param name="Status">The status of a <see cref="FaultKind.Answer"/>.</param>
/// <param name="RetryAfter">Its <c>Retry-After</c>; null for none.</param>
/// <param name="Length">How long a <see cref="FaultKind.Delay"/> is.</param>
public sealed record Fault(FaultKind Kind, int Status = 0, string? RetryAfter = null, TimeSpan Length = default);
