using System.Text;
using System.Text.Json.Nodes;

namespace BuildpackTasks.Oci.Tests;

/// <summary>What a tag stands for, whole, in the places whose images can be replaced where they are.</summary>
[TestClass]
public sealed class TaggedStoreTests
{
    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task A_tag_and_a_digest_give_the_one_image_that_they_stand_for(bool isRegistry)
    {
        await using TaggedStorePlace place = await TaggedStorePlace.CreateAsync(isRegistry, Token);
        Image image = TestImages.Create("one");
        Assert.IsNull(await place.Store.ReadTaggedAsync("1.0", Token));
        Assert.IsNull(await place.Store.FindTagAsync("1.0", Token));
        await place.Store.WriteAsync(image, ["1.0"], null, Token);

        foreach (string selector in new[] { "1.0", image.Digest.ToString() })
        {
            TaggedImage read = (await place.Store.ReadTaggedAsync(selector, Token))!;

            Assert.AreEqual(image.Descriptor, read.Descriptor);
            CollectionAssert.AreEqual(image.ManifestBytes.ToArray(), read.Bytes.ToArray());
            Assert.IsFalse(read.IsIndex);
            Assert.IsEmpty(read.Others);
            await TestImages.AssertSameAsync(image, read.Images.Single());
        }
        Assert.AreEqual(image.Digest, await place.Store.FindTagAsync("1.0", Token));
        Assert.IsNull(await place.Store.ReadTaggedAsync("2.0", Token));
        Assert.IsNull(await place.Store.FindTagAsync("2.0", Token));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task An_index_gives_its_images_in_its_order_and_what_else_it_lists(bool isRegistry)
    {
        await using TaggedStorePlace place = await TaggedStorePlace.CreateAsync(isRegistry, Token);
        (string index, Image[] images, Digest[] others) = await AddIndexAsync(place);

        TaggedImage read = (await place.Anew().ReadTaggedAsync("multi", Token))!;

        Assert.IsTrue(read.IsIndex);
        Assert.AreEqual(new Descriptor(MediaTypes.OciIndex, Digest.Of(Encoding.UTF8.GetBytes(index)), index.Length), read.Descriptor);
        Assert.AreEqual(index, Encoding.UTF8.GetString(read.Bytes.Span));
        Assert.HasCount(2, read.Images);
        await TestImages.AssertSameAsync(images[0], read.Images[0]);
        await TestImages.AssertSameAsync(images[1], read.Images[1]);
        CollectionAssert.AreEqual(others, read.Others.Select(static other => other.Digest).ToArray());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task An_index_is_written_back_with_other_images_in_its_order(bool isRegistry)
    {
        await using TaggedStorePlace place = await TaggedStorePlace.CreateAsync(isRegistry, Token);
        await AddIndexAsync(place);
        ITaggedStore store = place.Anew();
        TaggedImage read = (await store.ReadTaggedAsync("multi", Token))!;
        var layer = TestLayer.Create(("etc/os-release", "ID=newer\n"));
        Image[] changed = [.. read.Images.Select(image => image.WithLayer(0, layer, null))];

        ImageIndex index = ImageIndex.Replace(read, changed);
        await store.WriteIndexAsync(index, ["multi"], null, Token);

        TaggedImage after = (await place.Anew().ReadTaggedAsync("multi", Token))!;
        Assert.AreEqual(index.Digest, after.Descriptor.Digest);
        Assert.IsEmpty(after.Others);
        Assert.AreEqual("""{"a":"1"}""", JsonNode.Parse(after.Bytes.Span)!["annotations"]!.ToJsonString());
        await TestImages.AssertSameAsync(changed[0], after.Images[0]);
        await TestImages.AssertSameAsync(changed[1], after.Images[1]);
    }

    [TestMethod]
    [DataRow(true, true)]
    [DataRow(true, false)]
    [DataRow(false, true)]
    [DataRow(false, false)]
    public async Task A_tag_is_asked_about_when_all_else_is_there_and_stays_where_the_answer_is_no(bool isRegistry, bool isIndex)
    {
        await using TaggedStorePlace place = await TaggedStorePlace.CreateAsync(isRegistry, Token);
        await AddIndexAsync(place);
        ITaggedStore store = place.Anew();
        TaggedImage read = (await store.ReadTaggedAsync(isIndex ? "multi" : "amd64", Token))!;
        var layer = TestLayer.Create(("etc/os-release", "ID=newer\n"));
        Image[] changed = [.. read.Images.Select(image => image.WithLayer(0, layer, null))];
        ImageIndex? index = isIndex ? ImageIndex.Replace(read, changed) : null;
        var questions = new List<bool>();
        async Task ReplaceAsync(string tag, Func<CancellationToken, Task> beforeTag)
        {
            if (index is not null) await store.ReplaceAsync(tag, index, beforeTag, Token);
            else await store.ReplaceAsync(tag, changed[0], beforeTag, Token);
        }
        string tag = isIndex ? "multi" : "amd64";

        InvalidOperationException error = await Assert.ThrowsExactlyAsync<InvalidOperationException>(() => ReplaceAsync(tag, async _ =>
        {
            questions.Add(await IsThereAsync(place, changed[0].Layers[0].Descriptor.Digest) && await IsThereAsync(place, changed[^1].ConfigDescriptor.Digest));
            throw new InvalidOperationException("no");
        }));
        Digest? refused = await store.FindTagAsync(tag, Token);
        await ReplaceAsync(tag, _ => Task.CompletedTask);

        Assert.AreEqual("no", error.Message);
        Assert.AreEqual("True", string.Join(' ', questions));
        Assert.AreEqual(read.Descriptor.Digest, refused);
        Assert.AreEqual(index?.Digest ?? changed[0].Digest, await store.FindTagAsync(tag, Token));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task What_was_read_gets_one_more_tag_and_a_tag_moves(bool isRegistry)
    {
        await using TaggedStorePlace place = await TaggedStorePlace.CreateAsync(isRegistry, Token);
        await AddIndexAsync(place);
        await place.Store.WriteAsync(TestImages.Create("other"), ["other"], null, Token);
        TaggedImage index = (await place.Store.ReadTaggedAsync("multi", Token))!, image = (await place.Store.ReadTaggedAsync("other", Token))!;

        await place.Store.TagAsync(index, "kept", Token);
        await place.Store.TagAsync(image, "multi", Token);

        Assert.AreEqual(index.Descriptor.Digest, await place.Store.FindTagAsync("kept", Token));
        Assert.AreEqual(image.Descriptor.Digest, await place.Store.FindTagAsync("multi", Token));
        Assert.AreEqual(index.Descriptor, (await place.Store.ReadTaggedAsync("kept", Token))!.Descriptor);
        Assert.AreEqual(image.Descriptor, (await place.Store.ReadTaggedAsync("multi", Token))!.Descriptor);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task An_image_that_was_moved_forth_is_moved_back_by_the_same_store(bool isRegistry)
    {
        await using TaggedStorePlace place = await TaggedStorePlace.CreateAsync(isRegistry, Token);
        await place.Store.WriteAsync(TestImages.Create("old"), ["1.0", "kept"], null, Token);
        TaggedImage old = (await place.Store.ReadTaggedAsync("1.0", Token))!;

        await place.Store.WriteAsync(TestImages.Create("new"), ["1.0"], null, Token);
        await place.Store.WriteAsync(old.Images[0], ["1.0"], null, Token);

        Assert.AreEqual(old.Descriptor.Digest, await place.Store.FindTagAsync("1.0", Token));
    }

    [TestMethod]
    [DataRow(true, "nested", "lists another index")]
    [DataRow(false, "nested", "lists another index")]
    [DataRow(true, "empty", "without an image")]
    [DataRow(false, "empty", "without an image")]
    [DataRow(false, "many", "more than 256 images")]
    [DataRow(false, "large", "more than 67108864 bytes")]
    [DataRow(false, "twice", "not the JSON")]
    public async Task An_index_that_cannot_be_replaced_as_a_whole_is_refused(bool isRegistry, string kind, string reason)
    {
        await using TaggedStorePlace place = await TaggedStorePlace.CreateAsync(isRegistry, Token);
        (string index, _, _) = await AddIndexAsync(place);
        string Entry(string mediaType, int number, long size) => $$"""{"mediaType":"{{mediaType}}","digest":"{{Digest.Of(BitConverter.GetBytes(number))}}","size":{{size}}}""";
        string entries = kind switch
        {
            "nested" => $$"""{"mediaType":"{{MediaTypes.OciIndex}}","digest":"{{Digest.Of(Encoding.UTF8.GetBytes(index))}}","size":{{index.Length}}}""",
            "many" => string.Join(',', Enumerable.Range(0, 257).Select(number => Entry(MediaTypes.OciManifest, number, 10))),
            "large" => string.Join(',', Enumerable.Range(0, 17).Select(number => Entry(MediaTypes.OciManifest, number, 4 << 20))),
            "twice" => Entry(MediaTypes.OciManifest, 0, 1).Replace("}", ",\"size\":2}", StringComparison.Ordinal),
            _ => "",
        };
        await place.AddManifestAsync($$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciIndex}}","manifests":[{{entries}}]}""", MediaTypes.OciIndex, "bad", Token);

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => place.Anew().ReadTaggedAsync("bad", Token));

        Assert.AreEqual("BPT1004", error.Code);
        Assert.Contains(reason, error.Message);
    }

    [TestMethod]
    [DataRow(true, "BPT1109")]
    [DataRow(false, "BPT1204")]
    public async Task An_index_whose_image_is_lost_is_refused(bool isRegistry, string code)
    {
        await using TaggedStorePlace place = await TaggedStorePlace.CreateAsync(isRegistry, Token);
        (_, Image[] images, _) = await AddIndexAsync(place);
        if (place.Registry is { } registry) registry.Lose(images[1].Digest.Hex);
        else File.Delete(Path.Join(place.Store.Name, "blobs/sha256", images[1].Digest.Hex));

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => place.Anew().ReadTaggedAsync("multi", Token));

        Assert.AreEqual(code, error.Code);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task What_a_manifest_says_of_its_layers_stays_where_they_are_moved_to_another_base(bool isRegistry)
    {
        await using TaggedStorePlace place = await TaggedStorePlace.CreateAsync(isRegistry, Token);
        Image plain = TestImages.Create("app");
        await place.Store.WriteAsync(plain, ["plain"], null, Token);
        string lower = $"{plain.Layers[0].Descriptor.Digest}\"", upper = $"{plain.Layers[1].Descriptor.Digest}\"";
        string manifest = Encoding.UTF8.GetString(plain.ManifestBytes.Span)
            .Replace(lower, lower + ",\"annotations\":{\"l\":\"1\"}", StringComparison.Ordinal)
            .Replace(upper, upper + ",\"annotations\":{\"b\":\"2\",\"a\":\"3\"}", StringComparison.Ordinal);
        await place.AddManifestAsync(manifest, MediaTypes.OciManifest, "said", Token);
        Image image = (await place.Anew().ReadTaggedAsync("said", Token))!.Images[0];

        Image onto = Image.Empty(TestImages.Amd64).Append(TestLayer.Create(("etc/os-release", "ID=newer\n")));
        string rebased = Encoding.UTF8.GetString(image.Rebase(1, onto).ManifestBytes.Span);

        Assert.Contains(upper + ",\"annotations\":{\"a\":\"3\",\"b\":\"2\"}}", rebased);
        Assert.DoesNotContain("\"l\"", rebased);
        Assert.Contains("{\"l\":\"1\"}", Encoding.UTF8.GetString(onto.Rebase(1, image).ManifestBytes.Span));
    }

    [TestMethod]
    public async Task A_changed_image_of_a_layout_has_the_digest_that_was_foretold_whatever_its_format_and_platform()
    {
        await using TaggedStorePlace place = await TaggedStorePlace.CreateAsync(isRegistry: false, Token);
        Image docker = TestImages.Create("app").WithFormat(ImageFormat.Docker);
        await place.Store.WriteAsync(docker, ["other"], null, Token);
        await place.AddManifestAsync(Encoding.UTF8.GetString(docker.ManifestBytes.Span), MediaTypes.DockerManifest, "docker", Token);
        TaggedImage before = (await place.Store.ReadTaggedAsync("docker", Token))!;
        Assert.AreEqual(docker.Digest, before.Descriptor.Digest);

        Image after = before.Images[0].Rebase(1, Image.Empty(TestImages.Arm64).Append(TestLayer.Create(("etc/os-release", "ID=newer\n"))));
        await place.Store.WriteAsync(after, ["docker"], null, Token);

        Assert.AreEqual(after.Descriptor, (await place.Store.ReadTaggedAsync("docker", Token))!.Descriptor);
        Assert.AreEqual(MediaTypes.DockerManifest, after.Descriptor.MediaType);
    }

    [TestMethod]
    public async Task A_tag_of_a_layout_that_is_on_several_images_is_not_one_thing()
    {
        await using TaggedStorePlace place = await TaggedStorePlace.CreateAsync(isRegistry: false, Token);
        await place.Store.WriteAsync(TestImages.Create("amd64", TestImages.Amd64), ["1.0"], null, Token);
        await place.Store.WriteAsync(TestImages.Create("arm64", TestImages.Arm64), ["1.0"], null, Token);

        Assert.AreEqual("BPT1244", (await Assert.ThrowsExactlyAsync<OciException>(() => place.Store.ReadTaggedAsync("1.0", Token))).Code);
        Assert.AreEqual("BPT1244", (await Assert.ThrowsExactlyAsync<OciException>(() => place.Store.FindTagAsync("1.0", Token))).Code);
        Assert.AreEqual("BPT1205", (await Assert.ThrowsExactlyAsync<OciException>(() => place.Store.ReadTaggedAsync(null, Token))).Code);
    }

    [TestMethod]
    public async Task An_image_that_a_layout_no_longer_has_gets_no_tag()
    {
        await using TaggedStorePlace place = await TaggedStorePlace.CreateAsync(isRegistry: false, Token);
        await place.Store.WriteAsync(TestImages.Create("old"), ["1.0"], null, Token);
        TaggedImage old = (await place.Store.ReadTaggedAsync("1.0", Token))!;
        await place.Store.WriteAsync(TestImages.Create("new"), ["1.0"], null, Token);

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => place.Store.TagAsync(old, "kept", Token));

        Assert.AreEqual("BPT1245", error.Code);
        Assert.IsNull(await place.Store.FindTagAsync("kept", Token));
    }

    [TestMethod]
    [DataRow(true, true)]
    [DataRow(true, false)]
    [DataRow(false, true)]
    [DataRow(false, false)]
    public async Task What_is_replaced_can_be_read_by_its_digest_and_have_its_tag_again(bool isRegistry, bool isIndex)
    {
        await using TaggedStorePlace place = await TaggedStorePlace.CreateAsync(isRegistry, Token);
        await place.Store.WriteAsync(TestImages.Create("one"), ["one"], null, Token);
        if (isIndex) await place.Store.WriteIndexAsync(ImageIndex.Create([TestImages.Create("amd64", TestImages.Amd64), TestImages.Create("arm64", TestImages.Arm64)], ImageFormat.Oci), ["it"], null, Token);
        else await place.Store.WriteAsync(TestImages.Create("amd64", TestImages.Amd64), ["it"], null, Token);
        ITaggedStore store = place.Anew();
        TaggedImage first = (await store.ReadTaggedAsync("it", Token))!;

        // Forth twice, back and forth again: nothing is listed more than once.
        TaggedImage second = await ReplaceAsync("ID=2\n"), third = await ReplaceAsync("ID=3\n");
        await store.TagAsync((await store.ReadTaggedAsync(first.Descriptor.Digest.ToString(), Token))!, "it", Token);
        Assert.AreEqual(first.Descriptor.Digest, await store.FindTagAsync("it", Token));
        foreach ((Image was, Image now) in first.Images.Zip((await store.ReadTaggedAsync("it", Token))!.Images)) await TestImages.AssertSameAsync(was, now);
        if (!isRegistry) Assert.IsNull(await store.ReadTaggedAsync(third.Descriptor.Digest.ToString(), Token));
        if (!isRegistry) Assert.AreEqual(3, Index()!.Split("\"digest\"").Length - 1);

        await store.TagAsync((await store.ReadTaggedAsync(second.Descriptor.Digest.ToString(), Token))!, "it", Token);
        Assert.AreEqual(second.Descriptor.Digest, await store.FindTagAsync("it", Token));

        async Task<TaggedImage> ReplaceAsync(string release)
        {
            TaggedImage read = (await store.ReadTaggedAsync("it", Token))!;
            Image[] changed = [.. read.Images.Select(image => image.WithLayer(0, TestLayer.Create(("etc/os-release", release)), null))];
            if (isIndex) await store.ReplaceAsync("it", ImageIndex.Replace(read, changed), _ => Task.CompletedTask, Token);
            else await store.ReplaceAsync("it", changed[0], _ => Task.CompletedTask, Token);
            return (await store.ReadTaggedAsync("it", Token))!;
        }
        string? Index() => isRegistry ? null : File.ReadAllText(Path.Join(store.Name, "index.json"));
    }

    private async Task<bool> IsThereAsync(TaggedStorePlace place, Digest blob)
    {
        if (place.Registry is null) return File.Exists(Path.Join(place.Store.Name, "blobs/sha256", blob.Hex));
        using HttpClient http = place.Registry.CreateClient();
        using HttpResponseMessage response = await http.GetAsync(new Uri($"/v2/shop/web/blobs/{blob}", UriKind.Relative), Token);
        return response.IsSuccessStatusCode;
    }

    // Two images, not in the order of their platforms' names, an attestation and a signature.
    private async Task<(string Index, Image[] Images, Digest[] Others)> AddIndexAsync(TaggedStorePlace place)
    {
        Image arm64 = TestImages.Create("arm64", TestImages.Arm64), amd64 = TestImages.Create("amd64", TestImages.Amd64);
        await place.Store.WriteAsync(arm64, ["arm64"], null, Token);
        await place.Store.WriteAsync(amd64, ["amd64"], null, Token);
        byte[] empty = "{}"u8.ToArray();
        Digest config = await place.AddBlobAsync(empty, Token);
        string Artifact(string type) => $$$"""{"schemaVersion":2,"mediaType":"{{{MediaTypes.OciManifest}}}","config":{"mediaType":"{{{type}}}","digest":"{{{config}}}","size":2},"layers":[]}""";
        string attestation = Artifact(MediaTypes.OciConfig), signature = Artifact("application/vnd.example.signature+json");
        Digest attested = await place.AddManifestAsync(attestation, MediaTypes.OciManifest, null, Token), signed = await place.AddManifestAsync(signature, MediaTypes.OciManifest, null, Token);

        string Entry(Digest digest, long size, string platform) => $$"""{"mediaType":"{{MediaTypes.OciManifest}}","digest":"{{digest}}","size":{{size}}{{platform}}}""";
        string index = $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciIndex}}","manifests":["""
            + string.Join(
                ',',
                Entry(arm64.Digest, arm64.ManifestBytes.Length, ",\"platform\":{\"os\":\"linux\",\"architecture\":\"arm64\",\"variant\":\"v8\"}"),
                Entry(attested, attestation.Length, ",\"platform\":{\"os\":\"unknown\",\"architecture\":\"unknown\"}"),
                Entry(amd64.Digest, amd64.ManifestBytes.Length, ",\"platform\":{\"os\":\"linux\",\"architecture\":\"amd64\"}"),
                Entry(signed, signature.Length, ""))
            + """],"annotations":{"a":"1"}}""";
        await place.AddManifestAsync(index, MediaTypes.OciIndex, "multi", Token);
        return (index, [arm64, amd64], [attested, signed]);
    }
}
