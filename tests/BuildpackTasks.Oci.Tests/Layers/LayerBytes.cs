using System.IO.Compression;

namespace BuildpackTasks.Oci.Tests;

/// <summary>Reads layers whole, for comparing them.</summary>
internal static class LayerBytes
{
    public static async Task<byte[]> CompressedAsync(ILayer layer, CancellationToken cancellationToken)
    {
        var bytes = new MemoryStream();
        await using Stream stream = await layer.OpenAsync(cancellationToken);
        await stream.CopyToAsync(bytes, cancellationToken);
        return bytes.ToArray();
    }

    public static async Task<byte[]> TarAsync(ILayer layer, CancellationToken cancellationToken)
    {
        var tar = new MemoryStream();
        await using var gzip = new GZipStream(await layer.OpenAsync(cancellationToken), CompressionMode.Decompress);
        await gzip.CopyToAsync(tar, cancellationToken);
        return tar.ToArray();
    }
}
