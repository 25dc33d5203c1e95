namespace BuildpackTasks.Lifecycle;

/// <summary>What is known of the config of the run image that an image is on.</summary>
/// <param name="Environment">Its variables, by name; null where nothing is known.</param>
/// <param name="Labels">Its labels, by name; null where nothing is known.</param>
/// <param name="Note">What the user should hear of, or null.</param>
internal sealed record OldConfig(IReadOnlyDictionary<string, string>? Environment, IReadOnlyDictionary<string, string>? Labels, string? Note = null);
