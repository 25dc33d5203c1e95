using System.Security.Cryptography;
using System.Text;

namespace BuildpackTasks.Oci.Tests;

/// <summary>Images made for a test, from real layers in a cache of the test's own.</summary>
internal static class TestImage
{
    public static readonly Platform Platform = new("linux", "amd64");

    /// <summary>An image with one layer for each text.</summary>
    public static async Task<Image> CreateAsync(string cacheDirectory, CancellationToken cancellationToken, params string[] texts)
    {
        var cache = new LayerCache(cacheDirectory, long.MaxValue);
        Image image = Image.Empty(Platform);
        foreach (string text in texts)
        {
            LayerContents contents = LayerContents.Create([LayerEntry.ForFile("app/file", FileContent.FromBytes(Encoding.UTF8.GetBytes(text)))]);
            image = image.Append(await cache.GetOrCreateAsync(contents, LayerCompression.Balanced, cancellationToken), new HistoryEntry("test"));
        }
        return image;
    }

    /// <summary>A layer that does not compress, of about so many bytes.</summary>
    public static async Task<ILayer> LargeLayerAsync(string cacheDirectory, int size, CancellationToken cancellationToken) =>
        await new LayerCache(cacheDirectory, long.MaxValue).GetOrCreateAsync(
            LayerContents.Create([LayerEntry.ForFile("app/large", FileContent.FromBytes(RandomNumberGenerator.GetBytes(size)))]), LayerCompression.Balanced, cancellationToken);

    /// <summary>Asserts that two images are the same to the last byte of the last layer.</summary>
    public static async Task AssertSameAsync(Image expected, Image? actual, CancellationToken cancellationToken)
    {
        Assert.IsNotNull(actual);
        Assert.AreEqual(expected.Digest, actual.Digest);
        Assert.AreEqual(expected.ConfigDescriptor, actual.ConfigDescriptor);
        Assert.HasCount(expected.Layers.Count, actual.Layers);
        foreach ((ILayer one, ILayer other) in expected.Layers.Zip(actual.Layers))
        {
            Assert.AreEqual(one.Descriptor, other.Descriptor);
            Assert.AreEqual(one.DiffId, other.DiffId);
            CollectionAssert.AreEqual(await LayerBytes.CompressedAsync(one, cancellationToken), await LayerBytes.CompressedAsync(other, cancellationToken));
        }
    }
}
