using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace BuildpackTasks.Oci.Tests;

/// <summary>A real layer in memory: a tar of text files, gzip.</summary>
internal sealed class TestLayer : ILayer
{
    private readonly byte[] bytes;

    private TestLayer(byte[] bytes, string mediaType, Digest diffId)
    {
        this.bytes = bytes;
        Descriptor = new Descriptor(mediaType, Digest.Of(bytes), bytes.Length);
        DiffId = diffId;
    }

    public Descriptor Descriptor { get; private init; }

    public Digest DiffId { get; }

    public ImageReference? Source => null;

    public Func<Exception>? Failure { get; init; }

    public static byte[] Tar(params (string Path, string Text)[] files)
    {
        var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach ((string path, string text) in files)
            {
                writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, path)
                {
                    DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)),
                    ModificationTime = LayerEntry.ConstantTime,
                    Mode = LayerEntry.FileMode,
                });
            }
        }
        return tar.ToArray();
    }

    public static byte[] Gzip(byte[] content)
    {
        var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest)) gzip.Write(content);
        return compressed.ToArray();
    }

    public static TestLayer Create(params (string Path, string Text)[] files)
    {
        byte[] tar = Tar(files);
        return new TestLayer(Gzip(tar), MediaTypes.OciLayerGzip, Digest.Of(tar));
    }

    /// <summary>A layer of any bytes.</summary>
    public static TestLayer OfContent(byte[] content) => new(Gzip(content), MediaTypes.OciLayerGzip, Digest.Of(content));

    /// <summary>A layer that has about as many bytes as it is asked for.</summary>
    public static TestLayer OfSize(int size)
    {
        var content = new byte[size];
        new Random(size).NextBytes(content);
        return OfContent(content);
    }

    /// <summary>A layer that fails when it is opened.</summary>
    public static TestLayer Failing(Func<Exception> failure) =>
        new([1, 2, 3], MediaTypes.OciLayerGzip, Digest.Of([1])) { Failure = failure };

    public Task<Stream> OpenAsync(CancellationToken cancellationToken) =>
        Failure is null ? Task.FromResult<Stream>(new MemoryStream(bytes, writable: false)) : throw Failure();
}
