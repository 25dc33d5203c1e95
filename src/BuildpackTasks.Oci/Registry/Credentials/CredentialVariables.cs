namespace BuildpackTasks.Oci;

/// <summary>
/// The SDK's variables. Those that say "push" or nothing are for the registry that the build pushes to: no other gets to see
/// them. Those that say "pull" are for the registries that it pulls from. A registry that only an image names sees none of them.
/// </summary>
internal static class CredentialVariables
{
    private static readonly string[] ForOutput = ["DOTNET_CONTAINER_PUSH_REGISTRY", "DOTNET_CONTAINER_REGISTRY", "SDK_CONTAINER_REGISTRY"];
    private static readonly string[] ForPull = ["DOTNET_CONTAINER_PULL_REGISTRY"];

    public static RegistryCredential? Find(CredentialEnvironment environment, string registry, RegistryAccess access, List<string> tried)
    {
        IReadOnlyCollection<string>? named = environment.NamedRegistries;
        bool isOutput = (access == RegistryAccess.Push && named is null) || string.Equals(registry, environment.OutputRegistry, StringComparison.OrdinalIgnoreCase);
        bool isNamed = isOutput || named is null || named.Contains(registry, StringComparer.OrdinalIgnoreCase);
        IEnumerable<string> prefixes = isOutput ? ForOutput : [];
        if (access == RegistryAccess.Pull && isNamed) prefixes = prefixes.Concat(ForPull);
        foreach (string prefix in prefixes)
        {
            string source = $"{prefix}_UNAME and _PWORD";
            tried.Add(source);
            if (environment.Get(prefix + "_UNAME") is { } user && environment.Get(prefix + "_PWORD") is { } password)
                return RegistryCredential.Create(user, password, source);
        }
        return null;
    }
}
