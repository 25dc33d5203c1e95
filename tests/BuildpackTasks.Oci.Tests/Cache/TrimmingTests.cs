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
    public async Task An_unpacked_tree_goes_as_a_whole_when_it_was_not_used_for_long()
    {
        string old = await AddTreeAsync("old");
        string used = await AddTreeAsync("used");
        time.Now = DateTimeOffset.UtcNow + TimeSpan.FromDays(1);
        Cache().Trees.PathOf(Digest.Of("used"u8));

        await Cache(maxSize: 2500).TrimAsync(Token);

        Assert.AreEqual("False True", $"{Directory.Exists(Path.GetDirectoryName(old))} {File.Exists(Path.Combine(used, "file"))}");
        Assert.IsNull(Cache().Trees.PathOf(Digest.Of("old"u8)));
        Assert.AreEqual(0, Directory.GetFileSystemEntries(directory.Combine("tmp")).Length);
    }

    [TestMethod]
    public async Task A_tree_that_a_killed_process_left_half_unpacked_is_removed_after_a_day_and_no_link_in_it_is_followed()
    {
        string outside = directory.Write("outside/file", "stays");
        File.SetLastWriteTimeUtc(outside, DateTime.UnixEpoch);
        directory.Write("tmp/half/tree/file", "half");
        File.CreateSymbolicLink(directory.Combine("tmp/half/tree/out"), directory.Combine("outside"));
        await Cache().TrimAsync(Token);
        Assert.IsTrue(File.Exists(directory.Combine("tmp/half/tree/file")));

        time.Now = DateTimeOffset.UtcNow + TimeSpan.FromDays(1.1);
        await Cache().TrimAsync(Token);

        Assert.AreEqual("False True", $"{Directory.Exists(directory.Combine("tmp/half"))} {File.Exists(outside)}");
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

    private Task<string> AddTreeAsync(string key) => Cache().Trees.GetOrAddAsync(Digest.Of(System.Text.Encoding.UTF8.GetBytes(key)), async (tree, token) =>
    {
        await File.WriteAllTextAsync(Path.Combine(tree, "file"), key, token);
        return 2000;
    }, Token);

    private bool IsThere(Digest digest) => File.Exists(Blob(digest));

    private string Blob(Digest digest) => directory.Combine("blobs", digest.Algorithm, digest.Hex);

    private LayerCache Cache(long maxSize = long.MaxValue) => new(directory.Path, maxSize, time);
}
