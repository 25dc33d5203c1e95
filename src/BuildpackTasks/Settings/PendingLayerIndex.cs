using BuildpackTasks.Oci;

namespace BuildpackTasks;

/// <summary>Layers that are being asked for: whoever needs one waits for the answer, others go on.</summary>
/// <param name="index">The layers; null for none.</param>
internal sealed class PendingLayerIndex(Task<ILayerIndex?> index) : ILayerIndex
{
    /// <inheritdoc/>
    public async Task<KnownLayer?> FindAsync(Digest fingerprint, CancellationToken cancellationToken) =>
        await index.WaitAsync(cancellationToken) is { } known ? await known.FindAsync(fingerprint, cancellationToken) : null;
}
