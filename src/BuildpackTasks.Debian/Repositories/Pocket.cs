using BuildpackTasks.Oci;

namespace BuildpackTasks.Debian;

/// <summary>A suite or one of its pockets (updates, security) as a mirror serves it now.</summary>
/// <param name="Suite">Its name in the archive, such as <c>trixie-security</c>.</param>
/// <param name="Mirror">The archive, ending in a slash.</param>
/// <param name="Release">What it says of itself, verified.</param>
/// <param name="Digest">The digest of that.</param>
internal sealed record Pocket(string Suite, Uri Mirror, ReleaseFile Release, Digest Digest);
