namespace BuildpackTasks.Oci;

/// <summary>What a search for credentials came to.</summary>
/// <param name="Found">The credentials, or null where there are none.</param>
/// <param name="Tried">Where was looked, in order.</param>
internal sealed record CredentialSearch(RegistryCredential? Found, IReadOnlyList<string> Tried)
{
    public override string ToString() =>
        Found is not null ? $"{Found} were refused"
        : Tried.Count == 0 ? "it wants credentials and there are none"
        : $"it wants credentials and there are none in {string.Join(", ", Tried)}";
}
