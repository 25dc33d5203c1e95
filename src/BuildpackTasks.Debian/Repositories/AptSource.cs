namespace BuildpackTasks.Debian;

/// <summary>One suite of one archive that apt is set to (sources.list(5)).</summary>
/// <param name="Uri">The archive, ending in a slash.</param>
/// <param name="Suite">The suite.</param>
/// <param name="Components">The components.</param>
/// <param name="SignedBy">The keyrings that must have signed it, as files; empty where apt's own are meant.</param>
internal sealed record AptSource(Uri Uri, string Suite, IReadOnlyList<string> Components, IReadOnlyList<string> SignedBy);
