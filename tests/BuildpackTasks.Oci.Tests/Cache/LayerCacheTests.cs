using System.Text;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Oci.Tests;

[TestClass]
public sealed class LayerCacheTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    private string CachePath => directory.Combine("cache");

    public void Dispose() => directory.Dispose();

    [TestMethod]
    public async Task A_layer_is_made_once_and_known_afterwards()
    {
        KnownLayer first = await NewCache().GetOrCreateAsync(Layer("hello"), LayerCompression.Balanced, Token);
        KnownLayer second = await NewCache().GetOrCreateAsync(Layer("hello"), LayerCompression.Balanced, Token);

        Assert.IsTrue(first.Created);
        Assert.IsFalse(second.Created);
        Assert.AreEqual(first.Descriptor, second.Descriptor);
        Assert.AreEqual(first.DiffId, second.DiffId);
        Assert.AreEqual(first.Fingerprint, second.Fingerprint);
    }

    [TestMethod]
    public async Task A_layers_bytes_have_its_digest_and_its_diff_id()
    {
        KnownLayer layer = await NewCache().GetOrCreateAsync(Layer("hello"), LayerCompression.Balanced, Token);

        byte[] compressed = await LayerBytes.CompressedAsync(layer, Token);
        Assert.AreEqual(new Descriptor(MediaTypes.OciLayerGzip, Digest.Of(compressed), compressed.Length), layer.Descriptor);
        Assert.AreEqual(Digest.Of(await LayerBytes.TarAsync(layer, Token)), layer.DiffId);
    }

    [TestMethod]
    public async Task Contents_are_not_asked_for_where_the_callers_fingerprint_is_known()
    {
        Digest fingerprint = Digest.Of("pack 10.0.1"u8);
        KnownLayer first = await NewCache().GetOrCreateAsync(fingerprint, _ => Task.FromResult(Layer("hello")), LayerCompression.Balanced, Token);

        KnownLayer second = await NewCache().GetOrCreateAsync(fingerprint, _ => throw new InvalidOperationException("asked"), LayerCompression.Balanced, Token);

        Assert.IsTrue(first.Created);
        Assert.IsFalse(second.Created);
        Assert.AreEqual(first.Descriptor, second.Descriptor);
        Assert.AreEqual(fingerprint, second.Fingerprint);
    }

    [TestMethod]
    public async Task Content_of_the_cache_that_was_damaged_is_removed_when_a_layer_is_to_be_made_of_it()
    {
        LayerCache cache = NewCache();
        (string path, LayerContents contents) = await PartOfAsync(cache, "hello");
        await File.WriteAllBytesAsync(path, "jello"u8.ToArray(), Token);

        var error = await Assert.ThrowsExactlyAsync<OciException>(() => cache.GetOrCreateAsync(contents, LayerCompression.Balanced, Token));

        Assert.AreEqual($"BPT1017 The file '{path}' of the layer cache is damaged, it is not {Digest.Of("hello"u8)} any more, and has been removed. Run the build again; it is made anew.", $"{error.Code} {error.Message}");
        Assert.IsFalse(File.Exists(path));
    }

    [TestMethod]
    public async Task Contents_are_asked_for_again_where_what_the_cache_had_of_them_was_damaged()
    {
        LayerCache cache = NewCache();
        (string path, LayerContents contents) = await PartOfAsync(cache, "hello");
        await File.WriteAllBytesAsync(path, "jello"u8.ToArray(), Token);

        KnownLayer layer = await cache.GetOrCreateAsync(
            Digest.Of([1]), async _ => File.Exists(path) ? contents : (await PartOfAsync(cache, "hello")).Contents, LayerCompression.Balanced, Token);

        Assert.AreEqual((await cache.GetOrCreateAsync(Layer("hello"), LayerCompression.Balanced, Token)).DiffId, layer.DiffId);
    }

    [TestMethod]
    public async Task What_was_damaged_in_the_cache_and_is_made_again_is_said()
    {
        var notes = new List<string>();
        LayerCache Noting() => new(CachePath, long.MaxValue, note: notes.Add);
        KnownLayer layer = await Noting().GetOrCreateAsync(Layer("hello"), LayerCompression.Balanced, Token);
        string blob = Noting().Content.PathOf(layer.Descriptor.Digest)!;
        string record = Directory.GetFiles(Path.Combine(CachePath, "records")).Single(file => Path.GetFileName(file) == layer.Fingerprint.Hex);
        Digest small = await Noting().Content.AddAsync(async (stream, token) => await stream.WriteAsync("small"u8.ToArray(), token), null, Token);
        string smallBlob = Noting().Content.PathOf(small)!;
        Assert.IsEmpty(notes);

        File.WriteAllBytes(blob, File.ReadAllBytes(blob)[..^1]);
        await Noting().GetOrCreateAsync(Layer("hello"), LayerCompression.Balanced, Token);
        File.WriteAllText(record, "no record");
        await Noting().GetOrCreateAsync(Layer("hello"), LayerCompression.Balanced, Token);
        File.WriteAllText(smallBlob, "smell");
        await Noting().Content.TryReadAsync(small, 100, Token);
        (string path, LayerContents contents) = await PartOfAsync(Noting(), "hello");
        await File.WriteAllBytesAsync(path, "jello"u8.ToArray(), Token);
        await Noting().GetOrCreateAsync(Digest.Of([1]), async _ => File.Exists(path) ? contents : (await PartOfAsync(Noting(), "hello")).Contents, LayerCompression.Balanced, Token);
        File.Delete(blob);
        await Noting().GetOrCreateAsync(Layer("hello"), LayerCompression.Balanced, Token);

        Assert.AreEqual($"""
            The file '{blob}' of the layer cache was damaged; the layer in it is made again.
            The file '{record}' of the layer cache was damaged; what it said is found out again.
            The file '{smallBlob}' of the layer cache was damaged; it has been removed, and its content is fetched or made again.
            A file of the layer cache that a layer is made of was damaged; it has been removed and is fetched or made again.
            """, string.Join('\n', notes));
    }

    [TestMethod]
    public async Task A_fingerprint_that_nobody_made_a_layer_of_is_not_known()
    {
        Assert.IsNull(await NewCache().FindAsync(Digest.Of([1]), Token));
    }

    [TestMethod]
    public async Task A_layer_whose_blob_is_gone_or_cut_is_made_again()
    {
        KnownLayer layer = await NewCache().GetOrCreateAsync(Layer("hello"), LayerCompression.Balanced, Token);
        string blob = NewCache().Content.PathOf(layer.Descriptor.Digest)!;

        File.Delete(blob);
        KnownLayer afterDeletion = await NewCache().GetOrCreateAsync(Layer("hello"), LayerCompression.Balanced, Token);
        File.WriteAllBytes(blob, File.ReadAllBytes(blob)[..^1]);
        KnownLayer afterCut = await NewCache().GetOrCreateAsync(Layer("hello"), LayerCompression.Balanced, Token);

        Assert.IsTrue(afterDeletion.Created);
        Assert.IsTrue(afterCut.Created);
        Assert.AreEqual(layer.Descriptor.Digest, Digest.Of(File.ReadAllBytes(blob)));
    }

    [TestMethod]
    public async Task A_damaged_blob_is_noticed_while_it_is_read_and_made_again_the_next_time()
    {
        KnownLayer layer = await NewCache().GetOrCreateAsync(Layer("hello"), LayerCompression.Balanced, Token);
        string blob = NewCache().Content.PathOf(layer.Descriptor.Digest)!;
        byte[] bytes = File.ReadAllBytes(blob);
        bytes[^1] ^= 1;
        File.WriteAllBytes(blob, bytes);

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => LayerBytes.CompressedAsync(layer, Token));
        KnownLayer again = await NewCache().GetOrCreateAsync(Layer("hello"), LayerCompression.Balanced, Token);

        Assert.AreEqual("BPT1017", error.Code);
        Assert.AreEqual($"The file '{blob}' of the layer cache is damaged, it is not {layer.Descriptor.Digest} any more, and has been removed. Run the build again; it is made anew.", error.Message);
        Assert.IsTrue(again.Created);
        Assert.AreEqual(layer.Descriptor.Digest, Digest.Of(await LayerBytes.CompressedAsync(again, Token)));
    }

    [TestMethod]
    public async Task Every_damaged_record_counts_as_none()
    {
        KnownLayer layer = await NewCache().GetOrCreateAsync(Layer("hello"), LayerCompression.Balanced, Token);
        string whole = Encoding.UTF8.GetString((await NewCache().Records.TryReadAsync(layer.Fingerprint, 10_000, Token))!);

        foreach (string damaged in new[] { "", "null", "[]", "{}", "1", whole[..^1], whole.Replace("\"version\":", "\"version\":9"), whole.Replace("\"version\":", "\"version\":{}, \"was\":"), whole.Replace("sha256:", "sha999:"), whole.Replace("\"size\":", "\"size\":-"), whole + new string(' ', 5000) })
        {
            await NewCache().Records.WriteAsync(layer.Fingerprint, Encoding.UTF8.GetBytes(damaged), Token);
            Assert.IsNull(await NewCache().FindAsync(layer.Fingerprint, Token), damaged);
        }
    }

    [TestMethod]
    public async Task A_record_in_which_one_bit_flipped_counts_as_none()
    {
        KnownLayer layer = await NewCache().GetOrCreateAsync(Layer("hello"), LayerCompression.Balanced, Token);
        string record = Path.Combine(CachePath, "records", layer.Fingerprint.Hex);
        byte[] whole = File.ReadAllBytes(record);

        whole[^1] ^= 1;
        File.WriteAllBytes(record, whole);

        Assert.IsNull(await NewCache().FindAsync(layer.Fingerprint, Token));
    }

    [TestMethod]
    public async Task A_layer_that_is_known_elsewhere_is_not_made()
    {
        KnownLayer made = await NewCache().GetOrCreateAsync(Layer("hello"), LayerCompression.Balanced, Token);
        var elsewhere = new ImageLayerIndex([new KnownLayer(made.Fingerprint, LayerOrigin.PreviousImage, made)]);

        KnownLayer first = await OtherCache().Knowing(elsewhere, null).GetOrCreateAsync(Layer("hello"), LayerCompression.Balanced, Token);
        KnownLayer last = await OtherCache().Knowing(null, elsewhere).GetOrCreateAsync(Layer("hello"), LayerCompression.Balanced, Token);

        Assert.AreEqual(LayerOrigin.PreviousImage, first.Origin);
        Assert.AreEqual(LayerOrigin.PreviousImage, last.Origin);
        Assert.AreEqual(made.Descriptor, first.Descriptor);
        Assert.IsFalse(Directory.Exists(directory.Combine("other/blobs")));
    }

    [TestMethod]
    public async Task What_the_destination_has_comes_before_what_this_machine_has_and_that_before_what_others_share()
    {
        KnownLayer made = await NewCache().GetOrCreateAsync(Layer("hello"), LayerCompression.Balanced, Token);
        var elsewhere = new ImageLayerIndex([new KnownLayer(made.Fingerprint, LayerOrigin.PreviousImage, made)]);

        KnownLayer first = (await NewCache().Knowing(elsewhere, null).FindAsync(made.Fingerprint, Token))!;
        KnownLayer last = (await NewCache().Knowing(null, elsewhere).FindAsync(made.Fingerprint, Token))!;

        Assert.AreEqual(LayerOrigin.PreviousImage, first.Origin);
        Assert.AreEqual(LayerOrigin.Cache, last.Origin);
    }

    [TestMethod]
    public async Task A_file_that_changes_between_its_digest_and_its_layer_is_an_error_and_nothing_is_kept()
    {
        foreach (FileContent content in new FileContent[]
        {
            new ChangingContent(3, "abc"u8.ToArray(), "abd"u8.ToArray()),
            new ChangingContent(3, "abc"u8.ToArray(), "ab"u8.ToArray()),
            new ChangingContent(3, "abc"u8.ToArray(), "abcd"u8.ToArray()),
        })
        {
            OciException error = await Assert.ThrowsExactlyAsync<OciException>(
                () => NewCache().GetOrCreateAsync(LayerContents.Create([LayerEntry.ForFile("app/f", content)]), LayerCompression.Balanced, Token));

            Assert.AreEqual("BPT1011", error.Code);
            Assert.AreEqual("The file 'app/f' changed while a layer was made of it. Let nothing write to the published files meanwhile and build again.", error.Message);
            Assert.AreEqual("", string.Join(' ', Files()));
        }
    }

    [TestMethod]
    public async Task A_file_that_is_missing_is_an_error_that_names_it()
    {
        string missing = directory.Combine("missing");

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(
            () => NewCache().GetOrCreateAsync(LayerContents.Create([LayerEntry.ForFile("app/f", FileContent.FromFile(missing))]), LayerCompression.Balanced, Token));

        Assert.AreEqual("BPT1012", error.Code);
        StringAssert.StartsWith(error.Message, $"The file '{missing}' cannot be read for a layer: ");
    }

    [TestMethod]
    public async Task A_cancelled_writing_leaves_nothing()
    {
        using var source = new CancellationTokenSource();
        var content = new CancellingContent(source);

        await Assert.ThrowsAsync<OperationCanceledException>(
            () => NewCache().GetOrCreateAsync(Digest.Of([1]), _ => Task.FromResult(LayerContents.Create([LayerEntry.ForFile("f", content)])), LayerCompression.Balanced, source.Token));

        Assert.AreEqual("", string.Join(' ', Files()));
    }

    [TestMethod]
    public async Task Sixteen_builds_at_once_some_cancelled_leave_only_whole_blobs()
    {
        LayerContents[] layers = [.. Enumerable.Range(0, 4).Select(static i => Large(i))];
        var created = new System.Collections.Concurrent.ConcurrentBag<KnownLayer>();
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async i =>
        {
            using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
            if (i % 3 == 0) source.CancelAfter(5 * i);
            try
            {
                LayerCache cache = NewCache();
                for (int j = 0; j < layers.Length; j++) created.Add(await cache.GetOrCreateAsync(layers[(i + j) % layers.Length], LayerCompression.Balanced, source.Token));
                await cache.TrimAsync(source.Token);
            }
            catch (OperationCanceledException) when (i % 3 == 0)
            {
                // As meant.
            }
        }));

        Assert.HasCount(4, created.Select(static layer => layer.Descriptor).Distinct());
        foreach (KnownLayer layer in created) Assert.AreEqual(layer.Descriptor.Digest, Digest.Of(await LayerBytes.CompressedAsync(layer, Token)));
        foreach (string blob in Directory.EnumerateFiles(Path.Combine(CachePath, "blobs", "sha256")))
            Assert.AreEqual(Path.GetFileName(blob), Digest.Of(File.ReadAllBytes(blob)).Hex);
        Assert.AreEqual(0, Directory.GetFiles(Path.Combine(CachePath, "tmp")).Length);
    }

    private string[] Files() => Directory.Exists(CachePath) ? Directory.GetFiles(CachePath, "*", SearchOption.AllDirectories) : [];

    private LayerCache OtherCache() => new(directory.Combine("other"), long.MaxValue);

    private LayerCache NewCache() => new(CachePath, long.MaxValue);

    private static LayerContents Layer(string text) => LayerContents.Create([LayerEntry.ForFile("app/a.txt", FileContent.FromBytes(System.Text.Encoding.UTF8.GetBytes(text)))]);

    // The file of Layer(text), with its bytes in the cache's own content.
    private async Task<(string Path, LayerContents Contents)> PartOfAsync(LayerCache cache, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        string path = cache.Content.PathOf(await cache.Content.AddAsync((stream, token) => stream.WriteAsync(bytes, token).AsTask(), null, Token))!;
        return (path, LayerContents.Create([LayerEntry.ForFile("app/a.txt", FileContent.FromPart(path, 0, bytes.Length, Digest.Of(bytes)))]));
    }

    private static LayerContents Large(int seed)
    {
        byte[] bytes = new byte[3_000_000];
        new Random(seed).NextBytes(bytes);
        return LayerContents.Create([LayerEntry.ForFile("f", FileContent.FromBytes(bytes))]);
    }

    private sealed class CancellingContent(CancellationTokenSource source) : FileContent
    {
        public override long Length => 10_000_000;

        public override Stream OpenRead()
        {
            source.Cancel();
            return new MemoryStream(new byte[10_000_000]);
        }
    }
}
