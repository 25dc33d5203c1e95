namespace BuildpackTasks.Oci;

/// <summary>
/// The address of a registry. HTTPS; plain HTTP only for loopback, where it is tried first, and for hosts that were listed,
/// where it is tried last. Which of the two it is shows the first answer.
/// </summary>
internal sealed class RegistryEndpoint
{
    private readonly Uri[] candidates;
    private volatile int current;
    private volatile bool settled;

    public RegistryEndpoint(string registry, IReadOnlyCollection<string> insecureRegistries)
    {
        // Docker Hub's registry does not answer under the name that image references have.
        string host = registry == ImageReference.DockerHub ? "registry-1.docker.io" : registry;
        var secure = new Uri($"https://{host}/");
        var plain = new Uri($"http://{host}/");
        candidates = AddressRules.IsLoopback(plain) ? [plain, secure]
            : insecureRegistries.Contains(registry, StringComparer.OrdinalIgnoreCase) ? [secure, plain]
            : [secure];
        settled = candidates.Length == 1;
    }

    /// <summary>The registry's root, by the scheme that it is known or first thought to have.</summary>
    public Uri Root => candidates[current];

    /// <summary>Whether the scheme is certain.</summary>
    public bool Settled => settled;

    /// <summary>The root by the scheme that was not thought first.</summary>
    public Uri Other => candidates[^1];

    /// <summary>Makes certain that a root is the right one.</summary>
    public void Settle(Uri root)
    {
        if (settled) return;
        current = Array.IndexOf(candidates, root);
        settled = true;
    }
}
