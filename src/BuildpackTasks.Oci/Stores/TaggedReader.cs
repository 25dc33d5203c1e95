using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace BuildpackTasks.Oci;

/// <summary>Reads what a tag stands for, whole: its image, or all images of its index, side by side within a bound.</summary>
/// <param name="name">What messages call it.</param>
/// <param name="readManifest">Reads what an index names, verified.</param>
/// <param name="readImage">Reads the rest of the image that a manifest is of.</param>
internal sealed class TaggedReader(
    string name,
    Func<Descriptor, CancellationToken, Task<byte[]>> readManifest,
    Func<byte[], StoredManifest, CancellationToken, Task<Image>> readImage)
{
    private const int ConcurrentReads = 4;

    // Far more than there are platforms, and than the manifests and configs for them have; small indexes can list much.
    private const int MaxImages = 256;
    private const long MaxLength = 64 << 20;

    private long length;

    /// <summary>Reads it.</summary>
    /// <param name="bytes">The manifest or index, already verified.</param>
    /// <param name="mediaType">What the store says that it is, or null.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="OciException">BPT1004: it is malformed, too much, or an index that lists another. Others: the store's, the images'.</exception>
    public async Task<TaggedImage> ReadAsync(byte[] bytes, string? mediaType, CancellationToken cancellationToken)
    {
        switch (ManifestReader.Read(bytes, mediaType, name))
        {
            case StoredManifest manifest:
                Image only = await readImage(bytes, manifest, cancellationToken);
                return new TaggedImage(only.Descriptor, bytes, [only]);
            case StoredIndex index:
                return await ReadAsync(bytes, index, cancellationToken);
            default:
                throw OciErrors.MalformedManifest(name, "it is neither an image nor an index");
        }
    }

    private async Task<TaggedImage> ReadAsync(byte[] bytes, StoredIndex index, CancellationToken cancellationToken)
    {
        RequireRewritable(bytes);
        if (index.Entries.Any(static entry => MediaTypes.IsIndex(entry.Descriptor.MediaType))) throw OciErrors.MalformedManifest(name, "it is an index that lists another index");
        Descriptor[] candidates = [.. index.Entries.Where(static entry => !entry.IsOther).Select(static entry => entry.Descriptor).DistinctBy(static descriptor => descriptor.Digest)];
        if (candidates.Length > MaxImages) throw OciErrors.MalformedManifest(name, $"it is an index of more than {MaxImages} images");
        foreach (Descriptor candidate in candidates) Count(candidate.Size);

        var images = new ConcurrentDictionary<Digest, Image>();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = ConcurrentReads, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(candidates, parallel, async (candidate, stop) =>
        {
            byte[] manifest = await readManifest(candidate, stop);
            switch (ManifestReader.ReadAny(manifest, candidate.MediaType, name))
            {
                case StoredManifest stored:
                    Count(stored.Config.Size);
                    images[candidate.Digest] = await readImage(manifest, stored, stop);
                    break;
                case StoredIndex:
                    throw OciErrors.MalformedManifest(name, "it is an index that lists another index");
            }
        });
        if (images.IsEmpty) throw OciErrors.MalformedManifest(name, "it is an index without an image that runs");

        Descriptor[] all = [.. index.Entries.Select(static entry => entry.Descriptor)];
        return new TaggedImage(
            new Descriptor(index.Format == ImageFormat.Oci ? MediaTypes.OciIndex : MediaTypes.DockerManifestList, Digest.Of(bytes), bytes.Length),
            bytes,
            [.. all.Where(entry => images.ContainsKey(entry.Digest)).Select(entry => images[entry.Digest])])
        {
            Others = [.. all.Where(entry => !images.ContainsKey(entry.Digest))],
        };
    }

    // Sizes are told before anything is read, and nothing is read that is longer.
    private void Count(long size)
    {
        if (size > MaxLength || Interlocked.Add(ref length, size) > MaxLength) throw OciErrors.MalformedManifest(name, $"its manifests and configs have more than {MaxLength} bytes");
    }

    // Text that is half of a surrogate pair can be read and not be written again.
    private void RequireRewritable(byte[] bytes)
    {
        try
        {
            CanonicalJson.Serialize(JsonNode.Parse(bytes)!);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw OciErrors.MalformedManifest(name, "it is not the JSON that the specification describes", e);
        }
    }
}
