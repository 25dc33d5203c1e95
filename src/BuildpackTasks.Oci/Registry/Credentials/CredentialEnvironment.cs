namespace BuildpackTasks.Oci;

/// <summary>Where credentials are looked for: the build's environment as a value.</summary>
/// <param name="Variables">The environment variables by name.</param>
/// <param name="HomeDirectory">The user's home directory, or null for none.</param>
public sealed record CredentialEnvironment(IReadOnlyDictionary<string, string> Variables, string? HomeDirectory)
{
    /// <summary>
    /// The registry that the build pushes to, or null: <c>DOTNET_CONTAINER_REGISTRY_UNAME</c> and <c>_PWORD</c> are for it alone.
    /// </summary>
    public string? OutputRegistry { get; init; }

    /// <summary>
    /// The registries that the user named, where images name some too: no other gets to see what variables hold, and of these only
    /// <see cref="OutputRegistry"/> what is for writing. Null where the user named all.
    /// </summary>
    public IReadOnlyCollection<string>? NamedRegistries { get; init; }

    /// <summary>How long a credential helper may take.</summary>
    public TimeSpan HelperTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The value of a variable, or null where it is not set or empty.</summary>
    internal string? Get(string name) => Variables.TryGetValue(name, out string? value) && value.Length > 0 ? value : null;
}
