using System.IO.Compression;

namespace BuildpackTasks.Oci.Tests;

/// <summary>A layer in memory that counts how often it was opened.</summary>
/// <param name="stored">What is stored.</param>
/// <param name="diffId">What its image says that it unpacks to; null for the truth, which a test tells of zstd itself.</param>
internal sealed class BytesLayer(byte[] stored, Digest? diffId = null) : ILayer
{
    public int Opened { get; private set; }

    public Descriptor Descriptor { get; } = new(MediaTypes.OciLayerGzip, Digest.Of(stored), stored.Length);

    public Digest DiffId { get; } = diffId ?? Digest.Of(Unpacked(stored));

    public ImageReference? Source => null;

    public Task<Stream> OpenAsync(CancellationToken cancellationToken)
    {
        Opened++;
        return Task.FromResult<Stream>(new MemoryStream(stored, writable: false));
    }

    private static byte[] Unpacked(byte[] stored)
    {
        if (stored is not [0x1f, 0x8b, ..]) return stored;
        using var gzip = new GZipStream(new MemoryStream(stored), CompressionMode.Decompress);
        var unpacked = new MemoryStream();
        gzip.CopyTo(unpacked);
        return unpacked.ToArray();
    }
}
