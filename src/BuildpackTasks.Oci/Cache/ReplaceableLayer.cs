namespace BuildpackTasks.Oci;

/// <summary>A layer that a registry is said to have. What it has lost, though a manifest names it, is made after all.</summary>
/// <param name="layer">The layer.</param>
/// <param name="make">Makes it.</param>
internal sealed class ReplaceableLayer(ILayer layer, Func<CancellationToken, Task<KnownLayer>> make) : ILayer
{
    private KnownLayer? made;

    public Descriptor Descriptor => layer.Descriptor;

    public Digest DiffId => layer.DiffId;

    public ImageReference? Source => layer.Source;

    public Digest? SourceManifest => layer.SourceManifest;

    public async Task<Stream> OpenAsync(CancellationToken cancellationToken)
    {
        if (made is null)
        {
            try
            {
                return await layer.OpenAsync(cancellationToken);
            }
            catch (OciException e) when (e.Code == OciErrors.ContentMissingCode)
            {
                KnownLayer replacement = await make(cancellationToken);
                // Another version of the compressor makes other bytes, which the image does not name.
                if (replacement.Descriptor.Digest != Descriptor.Digest) throw;
                made = replacement;
            }
        }
        return await made.OpenAsync(cancellationToken);
    }
}
