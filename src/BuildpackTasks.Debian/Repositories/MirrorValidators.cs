namespace BuildpackTasks.Debian;

/// <summary>What a server says of a version of a file, to be asked whether it is still the same (RFC 9110, "Validator Fields").</summary>
/// <param name="ETag">The entity tag, as the server writes it, or null.</param>
/// <param name="LastModified">The time of the last change, as the server writes it, or null.</param>
internal sealed record MirrorValidators(string? ETag, string? LastModified);
