namespace BuildpackTasks.Oci;

/// <summary>A layer of an image: what it is known by, and its bytes when somebody asks for them.</summary>
public interface ILayer
{
    /// <summary>The compressed layer's media type, digest and size in bytes.</summary>
    Descriptor Descriptor { get; }

    /// <summary>The digest of the uncompressed layer (OCI image specification, "Layer DiffID").</summary>
    Digest DiffId { get; }

    /// <summary>
    /// The registry repository that serves the layer, so that a push to the same registry can mount it; null where none is known.
    /// </summary>
    ImageReference? Source { get; }

    /// <summary>
    /// The digest of a manifest in <see cref="Source"/> that names the layer: while the repository has that, it has the layer. Null
    /// where none is known.
    /// </summary>
    Digest? SourceManifest => null;

    /// <summary>Opens the compressed bytes. Whoever reads them to the end has had digest and size verified.</summary>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <exception cref="OciException">The bytes cannot be had or are not what the descriptor says.</exception>
    Task<Stream> OpenAsync(CancellationToken cancellationToken);
}
