namespace BuildpackTasks.Oci.Tests;

/// <summary>Images that the tests of stores write and read.</summary>
internal static class TestImages
{
    public static readonly Platform Amd64 = new("linux", "amd64");

    public static readonly Platform Arm64 = new("linux", "arm64", "v8");

    /// <summary>An image with two layers; the text makes it different from others.</summary>
    public static Image Create(string text, Platform? platform = null) => Image.Empty(platform ?? Amd64)
        .Append(TestLayer.Create(("etc/os-release", "ID=test\n"), ("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n")), new HistoryEntry("base"))
        .Append(TestLayer.Create(("app/greeting.txt", text)), new HistoryEntry("app"))
        .WithConfig(config => config.WithEntrypoint(["/app/web"], []).WithUser("1654").WithEnvironmentVariable("PATH", "/usr/bin"));

    public static async Task<byte[]> ReadAllAsync(ILayer layer)
    {
        await using Stream stream = await layer.OpenAsync(CancellationToken.None);
        var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    /// <summary>That an image read back is the one written, to the last byte of its layers.</summary>
    public static async Task AssertSameAsync(Image expected, Image? actual)
    {
        Assert.IsNotNull(actual);
        Assert.AreEqual(expected.Digest, actual.Digest);
        CollectionAssert.AreEqual(expected.ConfigBytes.ToArray(), actual.ConfigBytes.ToArray());
        CollectionAssert.AreEqual(expected.Layers.Select(layer => layer.Descriptor).ToArray(), actual.Layers.Select(layer => layer.Descriptor).ToArray());
        CollectionAssert.AreEqual(expected.Layers.Select(layer => layer.DiffId).ToArray(), actual.Layers.Select(layer => layer.DiffId).ToArray());
        foreach (ILayer layer in actual.Layers) Assert.AreEqual(layer.Descriptor.Digest, Digest.Of(await ReadAllAsync(layer)));
    }
}
