namespace BuildpackTasks.Oci;

/// <summary>Layers elsewhere than on this machine, by what they were made from.</summary>
public interface ILayerIndex
{
    /// <summary>The layer that was made of a fingerprint, or null where none is known.</summary>
    /// <param name="fingerprint">The fingerprint.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    Task<KnownLayer?> FindAsync(Digest fingerprint, CancellationToken cancellationToken);
}
