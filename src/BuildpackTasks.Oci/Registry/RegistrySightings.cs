using System.Collections.Concurrent;

namespace BuildpackTasks.Oci;

/// <summary>
/// What a registry served in this build: what a tag named a moment ago need not be asked again, and a repository that serves a
/// manifest has the blobs that it names. Safe for concurrent use.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class RegistrySightings(TimeProvider time)
{
    // What a tag names may change while a compiler runs for long.
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<(string Repository, string Tag), (Digest? Manifest, DateTimeOffset Time)> tags = new();
    private readonly ConcurrentDictionary<(string Repository, Digest Manifest), bool> manifests = new();
    private readonly ConcurrentDictionary<(string Repository, Digest Layer), bool> layers = new();
    private readonly ConcurrentDictionary<(string Repository, Digest Manifest), bool> distrusted = new();

    /// <summary>Notes what was read by a tag or digest.</summary>
    /// <param name="repository">The repository's path.</param>
    /// <param name="selector">The tag or digest.</param>
    /// <param name="manifest">The digest of what it names, or null where it names nothing.</param>
    public void Note(string repository, string selector, Digest? manifest)
    {
        if (!Digest.TryParse(selector, out _)) tags[(repository, selector)] = (manifest, time.GetUtcNow());
        if (manifest is { } served) manifests[(repository, served)] = true;
    }

    /// <summary>Whether a tag was read a short time ago, and what it named; null for nothing.</summary>
    public bool TryGet(string repository, string tag, out Digest? manifest)
    {
        bool isFresh = tags.TryGetValue((repository, tag), out var seen) && time.GetUtcNow() - seen.Time < Fresh;
        manifest = isFresh ? seen.Manifest : null;
        return isFresh;
    }

    /// <summary>Whether a repository served a manifest, and has what it names as far as anybody knows.</summary>
    public bool Has(string repository, Digest manifest) => manifests.ContainsKey((repository, manifest)) && !IsDistrusted(repository, manifest);

    /// <summary>Notes that a repository does not have all that a manifest names, though it serves it.</summary>
    public void Distrust(string repository, Digest manifest)
    {
        distrusted[(repository, manifest)] = true;
        layers.Clear();
    }

    /// <summary>Whether a repository is known not to have all that a manifest names.</summary>
    public bool IsDistrusted(string repository, Digest manifest) => distrusted.ContainsKey((repository, manifest));

    /// <summary>Notes the layers of a manifest, if the repository served that.</summary>
    public void NoteLayers(string repository, Digest manifest, IEnumerable<Descriptor> named)
    {
        if (!Has(repository, manifest)) return;
        foreach (Descriptor layer in named) layers[(repository, layer.Digest)] = true;
    }

    /// <summary>Whether a manifest that a repository served names a layer.</summary>
    public bool HasLayer(string repository, Digest layer) => layers.ContainsKey((repository, layer));
}
