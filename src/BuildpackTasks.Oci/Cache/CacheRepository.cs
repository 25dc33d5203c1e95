using System.Collections.Concurrent;

namespace BuildpackTasks.Oci;

/// <summary>
/// A registry repository that shares layers between projects and machines. Each layer is there as an image of its own, with that one
/// layer, under a tag made of its fingerprint: whoever writes one changes nothing that others rely on, and no index has to be kept.
/// It helps or it does not: what fails is said once, and the build goes on without it.
/// </summary>
/// <param name="registries">Speaks to registries.</param>
/// <param name="repository">The repository.</param>
/// <param name="content">Where small documents are kept so that they are not asked for twice.</param>
/// <param name="warn">Told once that the repository cannot be read, and once that it cannot be written.</param>
public sealed class CacheRepository(RegistryClient registries, ImageReference repository, ContentStore content, Action<CodedWarning> warn) : ILayerIndex
{
    private const string FingerprintLabel = "buildpacktasks.layer.fingerprint";

    // Not an image to run: registries and scanners know what has no platform.
    private static readonly Platform NoPlatform = new("unknown", "unknown");

    private readonly RegistryStore store = new(registries, repository, content);
    private readonly ConcurrentDictionary<Digest, KnownLayer?> asked = new();
    private int unreadable;
    private int unwritable;

    /// <inheritdoc/>
    public async Task<KnownLayer?> FindAsync(Digest fingerprint, CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref unreadable) != 0) return null;
        if (asked.TryGetValue(fingerprint, out KnownLayer? known)) return known;
        try
        {
            known = await ReadAsync(fingerprint, cancellationToken);
        }
        catch (OciException e)
        {
            if (Interlocked.Exchange(ref unreadable, 1) == 0) warn(RegistryWarnings.UnreadableCacheRepository(store.Name, e));
            return null;
        }
        asked[fingerprint] = known;
        return known;
    }

    /// <summary>Adds layers.</summary>
    /// <param name="layers">The layers; where one is in a repository of the same registry, it is mounted and not sent.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public async Task AddAsync(IEnumerable<KnownLayer> layers, CancellationToken cancellationToken)
    {
        foreach (KnownLayer layer in layers.DistinctBy(static layer => layer.Fingerprint))
        {
            if (Volatile.Read(ref unwritable) != 0) return;
            Image image = Image.Empty(NoPlatform).Append(layer).WithConfig(config => config.WithLabels([new(FingerprintLabel, layer.Fingerprint.ToString())]));
            try
            {
                await store.WriteAsync(image, [Tag(layer.Fingerprint)], null, cancellationToken);
            }
            catch (OciException e)
            {
                if (Interlocked.Exchange(ref unwritable, 1) == 0) warn(RegistryWarnings.UnwritableCacheRepository(store.Name, e));
            }
        }
    }

    private static string Tag(Digest fingerprint) => $"layer-{fingerprint.Hex}";

    // What was moved there by hand, or by somebody else's program, is none of ours; neither is a layer whose bytes are gone.
    private async Task<KnownLayer?> ReadAsync(Digest fingerprint, CancellationToken cancellationToken)
    {
        Image? image;
        try
        {
            image = await store.ReadAsync(Tag(fingerprint), NoPlatform, cancellationToken);
        }
        catch (OciException e) when (e.Code is "BPT1003" or "BPT1004" or "BPT1006" or "BPT1007" or "BPT1110" or "BPT1112" or OciErrors.ContentMissingCode)
        {
            return null;
        }
        bool isLayer = image is { Layers: [{ Descriptor.MediaType: MediaTypes.OciLayerGzip or MediaTypes.DockerLayerGzip }] }
            && image.Config.Labels.GetValueOrDefault(FingerprintLabel) == fingerprint.ToString()
            && await store.HasAsync(image.Layers[0].Descriptor, cancellationToken);
        return isLayer ? new KnownLayer(fingerprint, LayerOrigin.CacheRepository, image!.Layers[0]) : null;
    }
}
