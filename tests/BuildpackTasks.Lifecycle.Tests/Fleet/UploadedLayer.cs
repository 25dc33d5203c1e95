using System.Formats.Tar;
using System.IO.Compression;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>A layer that has to be sent, and tells when it is.</summary>
internal sealed class UploadedLayer : ILayer
{
    private readonly byte[] bytes;
    private readonly Func<Task> sent;

    private UploadedLayer(byte[] bytes, Digest diffId, Func<Task> sent)
    {
        this.bytes = bytes;
        this.sent = sent;
        Descriptor = new Descriptor(MediaTypes.OciLayerGzip, Digest.Of(bytes), bytes.Length);
        DiffId = diffId;
    }

    public Descriptor Descriptor { get; }

    public Digest DiffId { get; }

    public ImageReference? Source => null;

    /// <summary>Makes a layer with one file.</summary>
    /// <param name="text">What is in the file.</param>
    /// <param name="sent">Called when somebody opens the layer to send it.</param>
    public static UploadedLayer Create(string text, Func<Task> sent)
    {
        var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, TarEntryFormat.Ustar, leaveOpen: true))
            writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "etc/fix") { DataStream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)) });
        var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest)) gzip.Write(tar.ToArray());
        return new UploadedLayer(compressed.ToArray(), Digest.Of(tar.ToArray()), sent);
    }

    public async Task<Stream> OpenAsync(CancellationToken cancellationToken)
    {
        await sent();
        return new MemoryStream(bytes, writable: false);
    }
}
