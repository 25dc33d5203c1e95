namespace BuildpackTasks.Oci;

/// <summary>A layer that is known by what it was made from.</summary>
/// <param name="fingerprint">What it was made from.</param>
/// <param name="origin">Where it was found.</param>
/// <param name="layer">Its bytes, wherever they are.</param>
public sealed class KnownLayer(Digest fingerprint, LayerOrigin origin, ILayer layer) : ILayer
{
    /// <summary>What the layer was made from.</summary>
    public Digest Fingerprint => fingerprint;

    /// <summary>Where it was found.</summary>
    public LayerOrigin Origin => origin;

    /// <summary>Whether the layer was made just now.</summary>
    public bool Created => origin == LayerOrigin.Created;

    /// <inheritdoc/>
    public Descriptor Descriptor => layer.Descriptor;

    /// <inheritdoc/>
    public Digest DiffId => layer.DiffId;

    /// <inheritdoc/>
    public ImageReference? Source => layer.Source;

    /// <inheritdoc/>
    public Digest? SourceManifest => layer.SourceManifest;

    /// <inheritdoc/>
    public Task<Stream> OpenAsync(CancellationToken cancellationToken) => layer.OpenAsync(cancellationToken);
}
