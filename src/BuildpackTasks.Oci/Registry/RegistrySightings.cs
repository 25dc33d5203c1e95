using System.Collections.Concurrent;

namespace BuildpackTasks.Oci;

/// <summary>
/// What a registry served to this client, and what the client brought there: what a tag named a moment ago need not be asked again,
/// and a repository that serves a manifest has the blobs that it names. Only what was lately seen is remembered. Safe for concurrent use.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class RegistrySightings(TimeProvider time)
{
    // What a tag names may change while a compiler runs for long.
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(2);

    private readonly RecentMap<(string Repository, string Tag), (Digest? Manifest, DateTimeOffset Time)> tags = new(256);
    private readonly RecentMap<(string Repository, Digest Manifest), bool> manifests = new(512);
    private readonly RecentMap<(string Repository, Digest Layer), bool> layers = new(1024);
    private readonly RecentMap<(string Repository, Digest Blob), bool> brought = new(1024);
    private readonly RecentMap<Digest, ImageReference> homes = new(256);
    private readonly ConcurrentDictionary<(string Repository, Digest Manifest), bool> distrusted = new();

    /// <summary>One transfer of a layer at a time: the next repository that wants it can mount it.</summary>
    public Turns<Digest> Turns { get; } = new();

    /// <summary>Notes what was read by a tag or digest.</summary>
    /// <param name="repository">The repository's path.</param>
    /// <param name="selector">The tag or digest.</param>
    /// <param name="manifest">The digest of what it names, or null where it names nothing.</param>
    public void Note(string repository, string selector, Digest? manifest)
    {
        if (!Digest.TryParse(selector, out _)) tags.Set((repository, selector), (manifest, time.GetUtcNow()));
        if (manifest is { } served) manifests.Set((repository, served), true);
    }

    /// <summary>Notes that a tag is about to be moved: what it named is no longer known.</summary>
    public void Forget(string repository, string selector) => tags.Remove((repository, selector));

    /// <summary>Whether a tag was read a short time ago, and what it named; null for nothing.</summary>
    public bool TryGet(string repository, string tag, out Digest? manifest)
    {
        bool isFresh = tags.TryGet((repository, tag), out var seen) && time.GetUtcNow() - seen.Time < Fresh;
        manifest = isFresh ? seen.Manifest : null;
        return isFresh;
    }

    /// <summary>Whether a repository served a manifest, and has what it names as far as anybody knows.</summary>
    public bool Has(string repository, Digest manifest) => manifests.Has((repository, manifest)) && !IsDistrusted(repository, manifest);

    /// <summary>Notes that a repository does not have all that a manifest names, though it serves it.</summary>
    public void Distrust(string repository, Digest manifest)
    {
        distrusted[(repository, manifest)] = true;
        Doubt();
    }

    /// <summary>Notes that the registry has lost something: it is asked again what it has.</summary>
    public void Doubt()
    {
        layers.Clear();
        brought.Clear();
    }

    /// <summary>Whether a repository is known not to have all that a manifest names.</summary>
    public bool IsDistrusted(string repository, Digest manifest) => distrusted.ContainsKey((repository, manifest));

    /// <summary>Notes the layers of a manifest, if the repository served that.</summary>
    public void NoteLayers(string repository, Digest manifest, IEnumerable<Descriptor> named)
    {
        if (!Has(repository, manifest)) return;
        foreach (Descriptor layer in named) layers.Set((repository, layer.Digest), true);
    }

    /// <summary>Whether a manifest that a repository served names a layer.</summary>
    public bool HasLayer(string repository, Digest layer) => layers.Has((repository, layer));

    /// <summary>Notes that a repository has a blob, because it was brought there or found there.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="blob">The blob's digest.</param>
    /// <param name="isHome">Whether other repositories shall have it from there.</param>
    public void NoteBlob(ImageReference repository, Digest blob, bool isHome)
    {
        brought.Set((repository.Repository, blob), true);
        if (isHome) homes.Set(blob, repository);
    }

    /// <summary>Whether this client brought a blob to a repository, or found it there.</summary>
    public bool HasBlob(string repository, Digest blob) => brought.Has((repository, blob));

    /// <summary>A repository to which this client brought a blob, or in which it found it; null for none.</summary>
    public ImageReference? HomeOf(Digest blob) => homes.TryGet(blob, out ImageReference? home) ? home : null;
}
