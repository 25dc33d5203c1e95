using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>A layer in place of a buildpack's.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Data">What the buildpack notes about it, TOML values by key, in place of what it noted.</param>
/// <param name="CreatedBy">What the history says of it; null to keep the text.</param>
public sealed record UpdatedLayer(KnownLayer Layer, IReadOnlyDictionary<string, object> Data, string? CreatedBy);
