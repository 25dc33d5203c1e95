namespace BuildpackTasks.Lifecycle;

/// <summary>A buildpack that would be the counterpart of another one's requirement or provision, and why it is not.</summary>
/// <param name="Buildpack">The buildpack.</param>
/// <param name="Why">Why it is not, as it follows the buildpack's id.</param>
internal sealed record PlanCounterpart(BuildpackDescriptor Buildpack, string Why);
