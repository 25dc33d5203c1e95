using System.Text;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// What the last image of a name said of its layers, kept on this machine: for images that went where they cannot be read back from,
/// such as into a container engine or an archive.
/// </summary>
/// <param name="cache">The layer cache, one of whose records it is.</param>
/// <param name="image">What tells images apart: the image's name and its platform.</param>
public sealed class RememberedImage(LayerCache cache, string image)
{
    private const int MaxLength = 4 << 20;

    private Digest Key => Digest.Of(Encoding.UTF8.GetBytes($"last image {image}"));

    /// <summary>What it said, or null where nothing is remembered.</summary>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<LifecycleMetadata?> ReadAsync(CancellationToken cancellationToken) =>
        await cache.Records.TryReadAsync(Key, MaxLength, cancellationToken) is { } label ? LifecycleMetadata.TryParse(Encoding.UTF8.GetString(label), out _) : null;

    /// <summary>Remembers an image in place of the one before.</summary>
    /// <param name="written">The image, made by this lifecycle.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    /// <exception cref="OciException">BPT1013 or BPT1014: the cache directory is full or cannot be written.</exception>
    public Task WriteAsync(Image written, CancellationToken cancellationToken) =>
        cache.Records.WriteAsync(Key, Encoding.UTF8.GetBytes(written.Config.Labels[LifecycleMetadata.Label]), cancellationToken);
}
