using System.Text;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// The layers that buildpacks want to find again with their contents (<c>cache = true</c>), from one build of an image to the next
/// on this machine (platform specification, "Cache"). What they hold is in the layer cache as every layer is; what belongs to an
/// image is one of its records.
/// </summary>
/// <param name="cache">The layer cache.</param>
/// <param name="image">What tells images apart: the image's name and its platform.</param>
public sealed class BuildpackLayerCache(LayerCache cache, string image)
{
    private const int MaxLength = 4 << 20;

    // It was made on this machine, of what a buildpack left; a link in it may lead to another layer.
    private static readonly UnpackLimits Limits = new(64L << 30, 1_000_000) { IsOwn = true };

    private Digest Key => Digest.Of(Encoding.UTF8.GetBytes($"cached layers of {image}"));

    /// <summary>What was kept, as an image would say it; null where nothing was, or what was cannot be read.</summary>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<LifecycleMetadata?> ReadAsync(CancellationToken cancellationToken) =>
        await cache.Records.TryReadAsync(Key, MaxLength, cancellationToken) is { } bytes ? LifecycleMetadata.TryParse(Encoding.UTF8.GetString(bytes), out _) : null;

    /// <summary>Keeps the layers of a build that are to be kept, in place of those of the build before.</summary>
    /// <param name="directory">The build's state, as the build phase left it.</param>
    /// <param name="metadata">What the buildpacks contributed.</param>
    /// <param name="cancellationToken">Stops the work; what was kept before stays.</param>
    /// <exception cref="CodedException">An error of the layer cache.</exception>
    public async Task KeepAsync(ImageDirectory directory, MetadataFile metadata, CancellationToken cancellationToken)
    {
        var kept = new List<BuildpackMetadata>();
        foreach (GroupMember buildpack in metadata.Buildpacks)
        {
            var layers = new SortedDictionary<string, LayerMetadata>(StringComparer.Ordinal);
            foreach ((LayerName name, LayerFile file) in await LayerFile.ReadAllAsync(directory, buildpack.Id, cancellationToken))
            {
                if (file.Types is not { Cache: true } types || !File.Exists(directory.LayerEntriesFile(buildpack.Id, name))) continue;
                LayerContents contents = await LayerEntriesFile.ReadAsync(directory.LayerEntriesFile(buildpack.Id, name), cancellationToken);
                KnownLayer layer = await cache.Unshared.GetOrCreateAsync(contents, PlannedLayer.CompressionOf(PlannedLayerKind.Buildpack), cancellationToken);
                layers.Add(name.ToString(), new LayerMetadata(
                    layer.DiffId, types.Launch, types.Build, true, file.Metadata, new StoredLayer(layer.Fingerprint, layer.Descriptor.Digest, layer.Descriptor.Size)));
            }
            if (layers.Count > 0) kept.Add(new BuildpackMetadata(buildpack.Id, buildpack.Version, layers));
        }
        if (kept.Count == 0 && await ReadAsync(cancellationToken) is null) return;
        KnownLayer? sboms = SbomDirectory.Contents(directory, SbomDirectory.Cache) is { } bills ? await cache.Unshared.GetOrCreateAsync(bills, LayerCompression.Balanced, cancellationToken) : null;
        string record = new LifecycleMetadata(new RunImageMetadata(null, "", "", new Dictionary<Digest, StoredLayer>()), kept, [])
        {
            Sbom = sboms is null ? null : new AppLayerMetadata(sboms.DiffId, new StoredLayer(sboms.Fingerprint, sboms.Descriptor.Digest, sboms.Descriptor.Size)),
        }.ToLabel();
        await cache.Records.WriteAsync(Key, Encoding.UTF8.GetBytes(record), cancellationToken);
    }

    /// <summary>Finds a layer by what it was made from, without making it; it must be the one that is meant.</summary>
    /// <param name="sha">Its diff ID.</param>
    /// <param name="stored">How it is stored; null where that is not known.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    public async Task<KnownLayer?> FindAsync(Digest sha, StoredLayer? stored, CancellationToken cancellationToken) =>
        stored is not null && await cache.FindAsync(stored.Fingerprint, cancellationToken) is { } known && known.DiffId == sha ? known : null;

    /// <summary>Puts the contents of a layer back.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="directory">The directory that becomes the layer, which is not there yet.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>Whether the contents are there; where not, they are not in the cache any more, or are not what they were.</returns>
    public async Task<bool> TryRestoreAsync(LayerMetadata layer, string directory, CancellationToken cancellationToken)
    {
        if (await FindAsync(layer.Sha, layer.Stored, cancellationToken) is not { } known) return false;
        string inLayer = $"{Builder.ImageLayersDirectory[1..]}/{Path.GetFileName(Path.GetDirectoryName(directory))}/{Path.GetFileName(directory)}";
        try
        {
            Directory.CreateDirectory(directory);
            await UnpackedTrees.UnpackAsync(known, inLayer, directory, Limits, cancellationToken);
            return true;
        }
        catch (Exception e) when (e is OciException or RefusedEntryException or InvalidDataException or IOException or UnauthorizedAccessException)
        {
            StateFile.DeleteDirectory(directory);
            return false;
        }
    }
}
