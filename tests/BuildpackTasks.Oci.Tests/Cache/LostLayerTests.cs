using System.Text;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Oci.Tests;

/// <summary>Layers that a registry is said to have.</summary>
[TestClass]
public sealed class LostLayerTests
{
    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    [DataRow("the same", true)]
    [DataRow("others", false)]
    public async Task A_layer_that_the_registry_has_lost_is_made_after_all_if_that_gives_the_same_bytes(string bytes, bool isMade)
    {
        using var directory = new TemporaryDirectory();
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        using var client = new RegistryClient(new RegistryOptions());
        var store = new RegistryStore(client, ImageReference.Parse($"{registry.Host}/web"));
        Func<CancellationToken, Task<LayerContents>> contents = _ => Task.FromResult(Contents("the same"));
        KnownLayer layer = await new LayerCache(directory.Combine("one"), long.MaxValue).GetOrCreateAsync(Digest.Of("fingerprint"u8), contents, LayerCompression.Balanced, Token);
        Image image = Image.Empty(TestImage.Platform).Append(layer, new HistoryEntry("test"));
        await store.WriteAsync(image, ["1"], null, Token);
        registry.Lose(layer.Descriptor.Digest.Hex);
        var index = new ImageLayerIndex([new KnownLayer(layer.Fingerprint, LayerOrigin.PreviousImage, store.Layer(layer.Descriptor, layer.DiffId, image.Digest))]);
        LayerCache other = new LayerCache(directory.Combine("other"), long.MaxValue).Knowing(index, null);
        int made = 0;

        KnownLayer known = await other.GetOrCreateAsync(layer.Fingerprint, _ => Task.FromResult(Made()), LayerCompression.Balanced, Token);

        Assert.AreEqual(LayerOrigin.PreviousImage, known.Origin);
        Assert.AreEqual(0, made);
        if (isMade)
        {
            for (int i = 0; i < 2; i++)
                CollectionAssert.AreEqual(await LayerBytes.CompressedAsync(layer, Token), await LayerBytes.CompressedAsync(known, Token));
            Assert.AreEqual(1, made);
        }
        else
        {
            OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => known.OpenAsync(Token));
            Assert.AreEqual("BPT1109", error.Code);
        }

        LayerContents Made()
        {
            made++;
            return Contents(bytes);
        }
    }

    private static LayerContents Contents(string text) =>
        LayerContents.Create([LayerEntry.ForFile("app/file", FileContent.FromBytes(Encoding.UTF8.GetBytes(text)))]);
}
