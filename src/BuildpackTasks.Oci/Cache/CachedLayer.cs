namespace BuildpackTasks.Oci;

/// <summary>A layer whose bytes are in the layer cache.</summary>
public sealed class CachedLayer : ILayer
{
    private readonly ContentStore content;

    internal CachedLayer(ContentStore content, Digest fingerprint, LayerRecord record, bool created)
    {
        this.content = content;
        Fingerprint = fingerprint;
        Descriptor = record.Descriptor;
        DiffId = record.DiffId;
        Created = created;
    }

    /// <summary>Whether the layer was made just now; false where the cache knew it.</summary>
    public bool Created { get; }

    /// <summary>What the layer was made from.</summary>
    public Digest Fingerprint { get; }

    /// <inheritdoc/>
    public Descriptor Descriptor { get; }

    /// <inheritdoc/>
    public Digest DiffId { get; }

    /// <inheritdoc/>
    public ImageReference? Source => null;

    /// <inheritdoc/>
    public Task<Stream> OpenAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(content.Open(Descriptor));
    }
}
