namespace Samples.Catalog;

/// <summary>One plant of the shop.</summary>
/// <param name="Id">Its name in addresses.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="Care">How to look after it, in Markdown.</param>
public sealed record Plant(string Id, string Name, string Care);
