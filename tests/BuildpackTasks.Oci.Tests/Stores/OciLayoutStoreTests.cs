using System.Text;
using System.Text.Json.Nodes;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Oci.Tests;

[TestClass]
public sealed class OciLayoutStoreTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    private string Layout => Path.Join(directory.Path, "layout");

    private OciLayoutStore Store => new(Layout);

    public void Dispose() => directory.Dispose();

    [TestMethod]
    public async Task An_image_that_is_written_is_read_back_by_tag_by_digest_and_as_the_only_one()
    {
        Image image = TestImages.Create("one");

        await Store.WriteAsync(image, ["1.0", "latest"], null, CancellationToken.None);

        foreach (string? selector in new[] { "1.0", "latest", image.Digest.ToString(), null })
        {
            await TestImages.AssertSameAsync(image, await Store.ReadAsync(selector, TestImages.Amd64, CancellationToken.None));
        }
    }

    [TestMethod]
    public async Task The_index_and_the_layout_file_are_as_specified()
    {
        Image image = TestImages.Create("one", TestImages.Arm64);

        await new OciLayoutStore(Layout, ImageReference.Parse("shop/web")).WriteAsync(image, ["1.0"], null, CancellationToken.None);

        Assert.AreEqual("""{"imageLayoutVersion":"1.0.0"}""", await File.ReadAllTextAsync(Path.Join(Layout, "oci-layout")));
        Assert.AreEqual(
            $$$"""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","size":{{{image.Descriptor.Size}}},"digest":"{{{image.Digest}}}","platform":{"architecture":"arm64","os":"linux","variant":"v8"},"annotations":{"io.containerd.image.name":"docker.io/shop/web:1.0","org.opencontainers.image.ref.name":"1.0"}}]}""",
            await File.ReadAllTextAsync(Path.Join(Layout, "index.json")));
        AssertHoldsOnly(image);
    }

    [TestMethod]
    public async Task Writing_a_tag_replaces_its_image_for_the_platform_removes_its_blobs_and_keeps_the_others()
    {
        Image first = TestImages.Create("first"), second = TestImages.Create("second"), arm = TestImages.Create("arm", TestImages.Arm64), other = TestImages.Create("other");
        await Store.WriteAsync(arm, ["1.0"], null, CancellationToken.None);
        await Store.WriteAsync(other, ["2.0"], null, CancellationToken.None);
        await Store.WriteAsync(first, ["1.0"], null, CancellationToken.None);

        await Store.WriteAsync(second, ["1.0"], null, CancellationToken.None);

        await TestImages.AssertSameAsync(second, await Store.ReadAsync("1.0", TestImages.Amd64, CancellationToken.None));
        await TestImages.AssertSameAsync(arm, await Store.ReadAsync("1.0", TestImages.Arm64, CancellationToken.None));
        await TestImages.AssertSameAsync(other, await Store.ReadAsync("2.0", TestImages.Amd64, CancellationToken.None));
        AssertHoldsOnly(second, arm, other);
    }

    [TestMethod]
    public async Task The_order_of_writing_does_not_change_the_layout()
    {
        Image one = TestImages.Create("one"), two = TestImages.Create("two");
        string reverse = Path.Join(directory.Path, "reverse");
        await Store.WriteAsync(one, ["1"], null, CancellationToken.None);
        await Store.WriteAsync(two, ["2"], null, CancellationToken.None);

        await new OciLayoutStore(reverse).WriteAsync(two, ["2"], null, CancellationToken.None);
        await new OciLayoutStore(reverse).WriteAsync(one, ["1"], null, CancellationToken.None);

        Assert.AreEqual(await File.ReadAllTextAsync(Path.Join(Layout, "index.json")), await File.ReadAllTextAsync(Path.Join(reverse, "index.json")));
    }

    [TestMethod]
    public async Task Builds_that_write_at_the_same_time_all_find_their_image_in_the_layout()
    {
        Image[] images = [.. Enumerable.Range(0, 8).Select(number => TestImages.Create($"number {number}"))];

        await Task.WhenAll(images.Select((image, number) => Task.Run(() => Store.WriteAsync(image, [$"v{number}"], null, CancellationToken.None))));

        for (int number = 0; number < images.Length; number++)
        {
            await TestImages.AssertSameAsync(images[number], await Store.ReadAsync($"v{number}", TestImages.Amd64, CancellationToken.None));
        }
        AssertHoldsOnly(images);
        CollectionAssert.AreEqual(new[] { Layout }, Directory.GetFileSystemEntries(directory.Path));
    }

    [TestMethod]
    public async Task Every_blob_is_reported_as_sent_or_present()
    {
        Image first = TestImages.Create("first"), second = TestImages.Create("second");
        var transfers = new Transfers();
        await Store.WriteAsync(first, ["1.0"], null, CancellationToken.None);

        await Store.WriteAsync(second, ["2.0"], transfers, CancellationToken.None);

        CollectionAssert.AreEqual(
            new[] { (second.Layers[0].Descriptor, BlobTransferKind.Present), (second.Layers[1].Descriptor, BlobTransferKind.Sent), (second.ConfigDescriptor, BlobTransferKind.Sent) },
            transfers.All.Select(transfer => (transfer.Blob, transfer.Kind)).ToArray());
    }

    [TestMethod]
    public async Task A_layout_that_does_not_exist_or_has_no_such_tag_gives_no_image()
    {
        Assert.IsNull(await Store.ReadAsync("1.0", TestImages.Amd64, CancellationToken.None));
        Directory.CreateDirectory(Layout);
        Assert.IsNull(await Store.ReadAsync("1.0", TestImages.Amd64, CancellationToken.None));
        await Store.WriteAsync(TestImages.Create("one"), ["1.0"], null, CancellationToken.None);
        Assert.IsNull(await Store.ReadAsync("2.0", TestImages.Amd64, CancellationToken.None));
        Assert.IsNull(await Store.ReadAsync(Digest.Of([1]).ToString(), TestImages.Amd64, CancellationToken.None));
    }

    [TestMethod]
    public async Task Several_images_without_a_selector_are_an_error_that_names_their_tags()
    {
        await Store.WriteAsync(TestImages.Create("one"), ["1.0"], null, CancellationToken.None);
        await Store.WriteAsync(TestImages.Create("two"), ["2.0"], null, CancellationToken.None);

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => Store.ReadAsync(null, TestImages.Amd64, CancellationToken.None));

        Assert.AreEqual("BPT1205", error.Code);
        Assert.AreEqual($"'{Layout}' holds several images: 1.0, 2.0. Add the tag of one of them, such as ':1.0'.", error.Message);
    }

    [TestMethod]
    public async Task An_image_for_another_platform_is_an_error_that_names_what_is_there()
    {
        await Store.WriteAsync(TestImages.Create("arm", TestImages.Arm64), ["1.0"], null, CancellationToken.None);

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => Store.ReadAsync("1.0", TestImages.Amd64, CancellationToken.None));

        Assert.AreEqual("BPT1006", error.Code);
        StringAssert.Contains(error.Message, "linux/arm64/v8");
    }

    [TestMethod]
    public async Task A_nested_index_is_searched_for_the_platform_and_for_a_digest()
    {
        Image amd = TestImages.Create("amd"), arm = TestImages.Create("arm", TestImages.Arm64);
        await Store.WriteAsync(amd, ["1.0"], null, CancellationToken.None);
        await Store.WriteAsync(arm, ["1.0"], null, CancellationToken.None);
        string index = await File.ReadAllTextAsync(Path.Join(Layout, "index.json"));
        await ReplaceIndexAsync(await AddIndexBlobAsync(index.Replace("org.opencontainers.image.ref.name", "nothing", StringComparison.Ordinal)));

        await TestImages.AssertSameAsync(arm, await Store.ReadAsync("1.0", TestImages.Arm64, CancellationToken.None));
        await TestImages.AssertSameAsync(amd, await Store.ReadAsync(null, TestImages.Amd64, CancellationToken.None));
        await TestImages.AssertSameAsync(amd, await Store.ReadAsync(amd.Digest.ToString(), TestImages.Amd64, CancellationToken.None));
    }

    [TestMethod]
    public async Task What_a_later_specification_adds_to_the_index_survives_a_write()
    {
        Image image = TestImages.Create("one");
        await Store.WriteAsync(TestImages.Create("zero"), ["0.9"], null, CancellationToken.None);
        string path = Path.Join(Layout, "index.json");
        var json = (JsonObject)JsonNode.Parse(await File.ReadAllTextAsync(path))!;
        json["futureMember"] = "kept";
        json["manifests"]![0]!["artifactType"] = "application/vnd.example";
        await File.WriteAllTextAsync(path, json.ToJsonString());

        await Store.WriteAsync(image, ["1.0"], null, CancellationToken.None);

        JsonNode written = JsonNode.Parse(await File.ReadAllTextAsync(path))!;
        Assert.AreEqual("kept", written["futureMember"]!.GetValue<string>());
        Assert.AreEqual("application/vnd.example", written["manifests"]![0]!["artifactType"]!.GetValue<string>());
        await TestImages.AssertSameAsync(image, await Store.ReadAsync("1.0", TestImages.Amd64, CancellationToken.None));
    }

    [TestMethod]
    public async Task Blobs_are_kept_as_long_as_the_index_holds_something_whose_references_are_not_known()
    {
        Image first = TestImages.Create("first");
        await Store.WriteAsync(first, ["1.0"], null, CancellationToken.None);
        string path = Path.Join(Layout, "index.json");
        var json = (JsonObject)JsonNode.Parse(await File.ReadAllTextAsync(path))!;
        var unknown = json["manifests"]![0]!.DeepClone().AsObject();
        unknown["mediaType"] = "application/vnd.example.list+json";
        unknown["annotations"]!["org.opencontainers.image.ref.name"] = "list";
        json["manifests"]!.AsArray().Add((JsonNode)unknown);
        await File.WriteAllTextAsync(path, json.ToJsonString());

        Image second = TestImages.Create("second");
        await Store.WriteAsync(second, ["1.0"], null, CancellationToken.None);

        AssertHoldsOnly(first, second);
    }

    private void AssertHoldsOnly(params Image[] images) => CollectionAssert.AreEqual(
        images.SelectMany(image => image.Layers.Select(layer => layer.Descriptor.Digest).Append(image.ConfigDescriptor.Digest).Append(image.Digest))
            .Select(digest => digest.Hex).Distinct().Order(StringComparer.Ordinal).ToArray(),
        Directory.GetFileSystemEntries(Path.Join(Layout, "blobs", "sha256")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal).ToArray());

    private async Task<string> AddIndexBlobAsync(string index)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(index);
        await File.WriteAllBytesAsync(Path.Join(Layout, "blobs", "sha256", Digest.Of(bytes).Hex), bytes);
        return $$$"""{"mediaType":"{{{MediaTypes.OciIndex}}}","size":{{{bytes.Length}}},"digest":"{{{Digest.Of(bytes)}}}","annotations":{"org.opencontainers.image.ref.name":"1.0"}}""";
    }

    private Task ReplaceIndexAsync(params string[] descriptors) => File.WriteAllTextAsync(
        Path.Join(Layout, "index.json"), $$"""{"schemaVersion":2,"manifests":[{{string.Join(',', descriptors)}}]}""");

    private sealed class Transfers : IProgress<BlobTransfer>
    {
        public List<BlobTransfer> All { get; } = [];

        public void Report(BlobTransfer value) => All.Add(value);
    }
}
