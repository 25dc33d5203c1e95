using System.Collections.Concurrent;

namespace BuildpackTasks.Oci;

/// <summary>
/// What a registry served in this build: what a tag named a moment ago need not be asked again, and a repository that serves a
/// manifest has the blobs that it names. Safe for concurrent use.
/// </summary>
internal sealed class RegistrySightings
{
    private readonly ConcurrentDictionary<(string Repository, string Tag), Digest?> tags = new();
    private readonly ConcurrentDictionary<(string Repository, Digest Manifest), bool> manifests = new();
    private readonly ConcurrentDictionary<(string Repository, Digest Layer), bool> layers = new();

    /// <summary>Notes what was read by a tag or digest.</summary>
    /// <param name="repository">The repository's path.</param>
    /// <param name="selector">The tag or digest.</param>
    /// <param name="manifest">The digest of what it names, or null where it names nothing.</param>
    public void Note(string repository, string selector, Digest? manifest)
    {
        if (!Digest.TryParse(selector, out _)) tags[(repository, selector)] = manifest;
        if (manifest is { } served) manifests[(repository, served)] = true;
    }

    /// <summary>Whether a tag was read, and what it named; null for nothing.</summary>
    public bool TryGet(string repository, string tag, out Digest? manifest) => tags.TryGetValue((repository, tag), out manifest);

    /// <summary>Whether a repository served a manifest.</summary>
    public bool Has(string repository, Digest manifest) => manifests.ContainsKey((repository, manifest));

    /// <summary>Notes the layers of a manifest, if the repository served that.</summary>
    public void NoteLayers(string repository, Digest manifest, IEnumerable<Descriptor> named)
    {
        if (!Has(repository, manifest)) return;
        foreach (Descriptor layer in named) layers[(repository, layer.Digest)] = true;
    }

    /// <summary>Whether a manifest that a repository served names a layer.</summary>
    public bool HasLayer(string repository, Digest layer) => layers.ContainsKey((repository, layer));
}
