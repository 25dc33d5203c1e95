namespace BuildpackTasks.Oci;

/// <summary>What made a layer (OCI image specification, "Image Configuration", <c>history</c>).</summary>
/// <param name="CreatedBy">What made it, as a person reads it.</param>
/// <param name="Created">When, or null for not said.</param>
public sealed record HistoryEntry(string CreatedBy, DateTimeOffset? Created = null);
