namespace Samples.Web;

/// <summary>What the list of plants says of one.</summary>
internal sealed record PlantSummary(string Id, string Name);
