namespace BuildpackTasks.Oci.Tests;

[TestClass]
public sealed class LayerCacheTests
{
    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    public async Task A_layer_is_made_once_and_known_afterwards_in_another_process_too()
    {
        using var directory = new TemporaryDirectory();
        LayerContents contents = LayerContents.Create([LayerEntry.ForFile("app/a.txt", FileContent.FromBytes("hello"u8.ToArray()))]);

        CachedLayer first = await new LayerCache(directory.Path, long.MaxValue).GetOrCreateAsync(contents, Token);
        CachedLayer second = await new LayerCache(directory.Path, long.MaxValue).GetOrCreateAsync(contents, Token);

        Assert.IsTrue(first.Created);
        Assert.IsFalse(second.Created);
        Assert.AreEqual(first.Descriptor, second.Descriptor);
        Assert.AreEqual(first.DiffId, second.DiffId);
        Assert.AreEqual(first.Fingerprint, second.Fingerprint);
    }

    [TestMethod]
    public async Task A_layers_bytes_have_its_digest_and_its_diff_id()
    {
        using var directory = new TemporaryDirectory();
        LayerContents contents = LayerContents.Create([LayerEntry.ForFile("app/a.txt", FileContent.FromBytes("hello"u8.ToArray()))]);

        CachedLayer layer = await new LayerCache(directory.Path, long.MaxValue).GetOrCreateAsync(contents, Token);

        byte[] compressed = await LayerBytes.CompressedAsync(layer, Token);
        Assert.AreEqual(layer.Descriptor, new Descriptor(MediaTypes.OciLayerGzip, Digest.Of(compressed), compressed.Length));
        Assert.AreEqual(layer.DiffId, Digest.Of(await LayerBytes.TarAsync(layer, Token)));
    }
}
