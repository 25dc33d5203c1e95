using System.Diagnostics;
using System.IO.Compression;

namespace BuildpackTasks.Oci;

/// <summary>Opens a layer's tar, however it is compressed.</summary>
internal static class LayerUnpacking
{
    private static ReadOnlySpan<byte> GzipMagic => [0x1f, 0x8b];

    private static ReadOnlySpan<byte> ZstdMagic => [0x28, 0xb5, 0x2f, 0xfd];

    /// <summary>
    /// Reads the tar and then whatever follows it, so that the layer's digest has been verified. The first bytes tell the
    /// compression, because engines and archives use one media type for several.
    /// </summary>
    /// <exception cref="OciException">The layer cannot be had, or BPT1020: the tool for its compression is missing.</exception>
    public static async Task ReadTarAsync(ILayer layer, Func<Stream, Task> read, CancellationToken cancellationToken)
    {
        await using Stream stored = await layer.OpenAsync(cancellationToken);
        byte[] start = new byte[4];
        int length = await stored.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        await using (Stream tar = Unpack(start.AsMemory(0, length), stored, layer.Descriptor.Digest)) await read(tar);
        await stored.CopyToAsync(Stream.Null, cancellationToken);
    }

    private static Stream Unpack(ReadOnlyMemory<byte> start, Stream rest, Digest layer)
    {
        var whole = new PrefixedStream(start, rest);
        if (start.Span.StartsWith(GzipMagic)) return new GZipStream(whole, CompressionMode.Decompress);
        if (!start.Span.StartsWith(ZstdMagic)) return whole;
        Process zstd = SystemProgram.Start("zstd", ["--decompress", "--stdout", "--quiet", "--no-progress", "-"], cause => OciErrors.ZstdMissing(layer, cause));
        return new ProgramStream(zstd, whole, leaveOpen: true, static _ => new InvalidDataException("it cannot be unpacked with zstd"));
    }
}
