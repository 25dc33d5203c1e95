namespace BuildpackTasks.Oci;

/// <summary>A bearer token and how long it serves.</summary>
/// <param name="Value">The token.</param>
/// <param name="Expires">When it must no longer be used.</param>
internal sealed record RegistryToken(Secret Value, DateTimeOffset Expires);
