using System.Collections.Concurrent;

namespace BuildpackTasks.Oci;

/// <summary>
/// Speaks to registries. One instance a build: it keeps connections, tokens and what it learnt of each registry. Safe for
/// concurrent use.
/// </summary>
/// <param name="options">How registries are reached.</param>
public sealed class RegistryClient(RegistryOptions options) : IDisposable
{
    private readonly TrafficCounter traffic = new();
    private readonly ConcurrentDictionary<string, Lazy<RegistryConnection>> connections = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What went between this client and registries until now.</summary>
    public RegistryTraffic Traffic => traffic.Snapshot;

    /// <summary>Says that a repository does not have all that an image names, though it serves its manifest: nothing of it is relied on.</summary>
    /// <param name="image">The image, with the digest of its manifest.</param>
    public void Distrust(ImageReference image)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (image.Digest is { } manifest) Connect(image.Registry).Sightings.Distrust(image.Repository, manifest);
    }

    /// <summary>Ends all connections.</summary>
    public void Dispose()
    {
        foreach (Lazy<RegistryConnection> connection in connections.Values)
        {
            if (connection.IsValueCreated) connection.Value.Dispose();
        }
    }

    /// <summary>What speaks to one registry.</summary>
    /// <param name="registry">The registry as image references name it.</param>
    internal RegistryConnection Connect(string registry) =>
        connections.GetOrAdd(registry, name => new Lazy<RegistryConnection>(() => new RegistryConnection(name, options, traffic))).Value;
}
