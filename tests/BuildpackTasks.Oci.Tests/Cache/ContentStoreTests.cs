using BuildpackTasks.Testing;

namespace BuildpackTasks.Oci.Tests;

[TestClass]
public sealed class ContentStoreTests : IDisposable
{
    private static readonly byte[] Bytes = [1, 2, 3];
    private readonly TemporaryDirectory directory = new();

    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    private string CachePath => directory.Combine("cache");

    public void Dispose() => directory.Dispose();

    [TestMethod]
    public async Task What_was_added_is_found_by_its_digest()
    {
        Digest digest = await AddAsync(Bytes, expected: null);

        Assert.AreEqual(Digest.Of(Bytes), digest);
        Assert.AreEqual(Path.Combine(CachePath, "blobs", "sha256", digest.Hex), NewStore().PathOf(digest));
        CollectionAssert.AreEqual(Bytes, await NewStore().TryReadAsync(digest, 3, Token));
    }

    [TestMethod]
    public async Task Nothing_and_much_are_content_too()
    {
        foreach (byte[] bytes in new[] { [], new byte[1_000_000] })
            CollectionAssert.AreEqual(bytes, await NewStore().TryReadAsync(await AddAsync(bytes, Digest.Of(bytes)), 1_000_000, Token));
    }

    [TestMethod]
    public async Task A_sha512_digest_is_verified_as_one()
    {
        var digest = Digest.Parse("sha512:" + Convert.ToHexStringLower(System.Security.Cryptography.SHA512.HashData(Bytes)));

        Assert.AreEqual(digest, await AddAsync(Bytes, digest));
        CollectionAssert.AreEqual(Bytes, await NewStore().TryReadAsync(digest, 3, Token));
    }

    [TestMethod]
    public async Task What_is_not_there_or_too_long_is_null()
    {
        Digest digest = await AddAsync(Bytes, expected: null);

        Assert.IsNull(NewStore().PathOf(Digest.Of([9])));
        Assert.IsNull(await NewStore().TryReadAsync(Digest.Of([9]), 3, Token));
        Assert.IsNull(await NewStore().TryReadAsync(digest, 2, Token));
    }

    [TestMethod]
    public async Task What_has_another_digest_than_expected_is_not_added()
    {
        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => AddAsync(Bytes, Digest.Of([9])));

        Assert.AreEqual("BPT1010", error.Code);
        Assert.AreEqual(0, Directory.GetFiles(CachePath, "*", SearchOption.AllDirectories).Length);
    }

    [TestMethod]
    public async Task A_damaged_blob_counts_as_not_there_and_is_removed()
    {
        Digest digest = await AddAsync(Bytes, expected: null);
        File.WriteAllBytes(NewStore().PathOf(digest)!, [3, 2, 1]);

        Assert.IsNull(await NewStore().TryReadAsync(digest, 3, Token));
        Assert.IsNull(NewStore().PathOf(digest));
    }

    [TestMethod]
    public async Task A_directory_that_cannot_be_made_is_an_error_that_names_it_and_the_property()
    {
        directory.Write("cache", "a file in the directory's place");

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => AddAsync(Bytes, expected: null));

        Assert.AreEqual("BPT1014", error.Code);
        StringAssert.StartsWith(error.Message, $"The layer cache in '{CachePath}' cannot be written: ");
        StringAssert.EndsWith(error.Message, " Make the directory writable or set ImageCacheDirectory to another one.");
    }

    private Task<Digest> AddAsync(byte[] bytes, Digest? expected) =>
        NewStore().AddAsync(async (stream, token) => await stream.WriteAsync(bytes, token), expected, Token);

    private ContentStore NewStore() => new LayerCache(CachePath, long.MaxValue).Content;
}
