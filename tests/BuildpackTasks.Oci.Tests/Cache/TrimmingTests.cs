using BuildpackTasks.Testing;

namespace BuildpackTasks.Oci.Tests;

[TestClass]
public sealed class TrimmingTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();
    private readonly ManualTime time = new();

    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    public void Dispose() => directory.Dispose();

    [TestMethod]
    public async Task What_was_used_least_recently_goes_first_until_the_rest_fits()
    {
        Digest oldest = await AddAsync(1);
        time.Now += TimeSpan.FromDays(1);
        Digest older = await AddAsync(2);
        time.Now += TimeSpan.FromDays(1);
        Digest old = await AddAsync(3);
        time.Now += TimeSpan.FromDays(1);
        Assert.IsNotNull(Cache().Content.PathOf(oldest), "a use of the oldest");

        await Cache(maxSize: 2000).TrimAsync(Token);

        Assert.AreEqual("True False True", $"{IsThere(oldest)} {IsThere(older)} {IsThere(old)}");
    }

    [TestMethod]
    public async Task What_the_last_hour_used_stays_though_it_is_too_much()
    {
        Digest one = await AddAsync(1);
        Digest two = await AddAsync(2);
        time.Now += TimeSpan.FromHours(1);

        await Cache(maxSize: 0).TrimAsync(Token);

        Assert.AreEqual("True True", $"{IsThere(one)} {IsThere(two)}");
    }

    [TestMethod]
    public async Task A_layer_whose_blob_was_removed_is_not_known_and_can_be_made_again()
    {
        LayerContents contents = LayerContents.Create([LayerEntry.ForFile("a", FileContent.FromBytes(new byte[1000]))]);
        await Cache().GetOrCreateAsync(contents, LayerCompression.Balanced, Token);
        time.Now += TimeSpan.FromDays(1);

        await Cache(maxSize: 0).TrimAsync(Token);

        Assert.AreEqual(0, Directory.GetFiles(directory.Combine("blobs"), "*", SearchOption.AllDirectories).Length);
        Assert.IsTrue((await Cache().GetOrCreateAsync(contents, LayerCompression.Balanced, Token)).Created);
    }

    [TestMethod]
    public async Task What_a_killed_process_left_is_removed_after_a_day()
    {
        string left = directory.Write("tmp/left", "half");
        await Cache().TrimAsync(Token);
        Assert.IsTrue(File.Exists(left));

        time.Now += TimeSpan.FromDays(1.1);
        await Cache().TrimAsync(Token);

        Assert.IsFalse(File.Exists(left));
    }

    [TestMethod]
    public async Task A_cache_that_does_not_exist_is_small_enough()
    {
        await new LayerCache(directory.Combine("none"), 0).TrimAsync(Token);

        Assert.IsFalse(Directory.Exists(directory.Combine("none")));
    }

    private async Task<Digest> AddAsync(byte value)
    {
        byte[] bytes = new byte[1000];
        bytes[0] = value;
        Digest digest = await Cache().Content.AddAsync(async (stream, token) => await stream.WriteAsync(bytes, token), null, Token);
        File.SetLastWriteTimeUtc(Blob(digest), time.Now.UtcDateTime);
        return digest;
    }

    private bool IsThere(Digest digest) => File.Exists(Blob(digest));

    private string Blob(Digest digest) => directory.Combine("blobs", digest.Algorithm, digest.Hex);

    private LayerCache Cache(long maxSize = long.MaxValue) => new(directory.Path, maxSize, time);
}
