using System.Text;
using System.Text.Json.Nodes;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Oci.Tests;

/// <summary>Images for several platforms, in every place that holds them.</summary>
[TestClass]
public sealed class ImageIndexTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    public void Dispose() => directory.Dispose();

    [TestMethod]
    public void Its_bytes_list_each_image_with_its_platform_in_whichever_order_they_come()
    {
        Image amd64 = TestImages.Create("amd64", TestImages.Amd64), arm64 = TestImages.Create("arm64", TestImages.Arm64);

        ImageIndex index = ImageIndex.Create([arm64, amd64], ImageFormat.Oci);

        string expected =
            $$$"""
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","size":{{{amd64.ManifestBytes.Length}}},"digest":"{{{amd64.Digest}}}","platform":{"architecture":"amd64","os":"linux"}},{"mediaType":"application/vnd.oci.image.manifest.v1+json","size":{{{arm64.ManifestBytes.Length}}},"digest":"{{{arm64.Digest}}}","platform":{"architecture":"arm64","os":"linux","variant":"v8"}}]}
            """;
        Assert.AreEqual(expected, Encoding.UTF8.GetString(index.Bytes.Span));
        Assert.AreEqual(index.Digest, ImageIndex.Create([amd64, arm64], ImageFormat.Oci).Digest);
        Assert.AreEqual(new Descriptor(MediaTypes.OciIndex, Digest.Of(index.Bytes.Span), index.Bytes.Length), index.Descriptor);
    }

    [TestMethod]
    public void In_docker_format_it_is_a_manifest_list_of_docker_manifests()
    {
        ImageIndex index = Both().WithFormat(ImageFormat.Docker);

        JsonNode json = JsonNode.Parse(index.Bytes.Span)!;
        Assert.AreEqual("application/vnd.docker.distribution.manifest.list.v2+json", (string?)json["mediaType"]);
        CollectionAssert.AreEqual(new[] { MediaTypes.DockerManifest, MediaTypes.DockerManifest }, json["manifests"]!.AsArray().Select(entry => (string?)entry!["mediaType"]).ToArray());
        CollectionAssert.AreEqual(new[] { ImageFormat.Docker, ImageFormat.Docker }, index.Images.Select(image => image.Format).ToArray());
    }

    [TestMethod]
    public void One_image_for_a_platform_and_at_least_one()
    {
        Image one = TestImages.Create("one"), other = TestImages.Create("other");

        OciException twice = Assert.ThrowsExactly<OciException>(() => ImageIndex.Create([one, other], ImageFormat.Oci));
        OciException none = Assert.ThrowsExactly<OciException>(() => ImageIndex.Create([], ImageFormat.Oci));

        Assert.AreEqual("BPT1008", twice.Code);
        Assert.Contains("linux/amd64", twice.Message);
        Assert.AreEqual("BPT1008", none.Code);
    }

    [TestMethod]
    public void Other_images_take_the_place_of_those_of_an_index_in_its_order_and_with_what_it_says_beside_them()
    {
        Image arm64 = TestImages.Create("arm64", TestImages.Arm64), amd64 = TestImages.Create("amd64", TestImages.Amd64), newer = TestImages.Create("newer", TestImages.Amd64);
        Digest attestation = Digest.Of([1]);
        string Json(string entries, string rest = "") => $$$"""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{{{entries}}}],"annotations":{"a":"1"}{{{rest}}}}""";
        string Entry(Image image, string rest) => $$"""{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{{image.Digest}}","size":{{image.ManifestBytes.Length}}{{rest}}}""";
        string Arm(string rest) => Entry(arm64, ",\"platform\":{\"os\":\"linux\",\"architecture\":\"arm64\",\"variant\":\"v8\",\"os.features\":[\"f\"]}" + rest);
        byte[] bytes = Encoding.UTF8.GetBytes(Json(
            Arm(",\"annotations\":{\"e\":\"2\"}") + "," + Entry(amd64, ",\"data\":\"e30=\"")
            + $$$""",{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{{{attestation}}}","size":1,"platform":{"os":"unknown","architecture":"unknown"}}""", ",\"x\":{}"));
        var original = new TaggedImage(new Descriptor(MediaTypes.OciIndex, Digest.Of(bytes), bytes.Length), bytes, [arm64, amd64]) { Others = [new Descriptor(MediaTypes.OciManifest, attestation, 1)] };

        ImageIndex index = ImageIndex.Replace(original, [arm64, newer]);

        Assert.AreEqual(Json(Arm(",\"annotations\":{\"e\":\"2\"}") + "," + Entry(newer, ""), ",\"x\":{}"), Encoding.UTF8.GetString(index.Bytes.Span));
        CollectionAssert.AreEqual(new[] { arm64, newer }, index.Images.ToArray());
        CollectionAssert.AreEqual(new[] { MediaTypes.DockerManifest, MediaTypes.DockerManifest }, JsonNode.Parse(index.WithFormat(ImageFormat.Docker).Bytes.Span)!["manifests"]!.AsArray().Select(entry => (string?)entry!["mediaType"]).ToArray());
        Assert.AreEqual(original.Descriptor.Digest, ImageIndex.Replace(original with { Others = [] }, [arm64, amd64]).Digest);
    }

    [TestMethod]
    [DataRow(ImageFormat.Oci)]
    [DataRow(ImageFormat.Docker)]
    public async Task A_registry_gives_each_platform_its_image_under_every_tag_and_skopeo_copies_all(ImageFormat format)
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        using var client = new RegistryClient(new RegistryOptions());
        var store = new RegistryStore(client, ImageReference.Parse($"{registry.Host}/shop/web"));
        ImageIndex index = Both().WithFormat(format);

        await store.WriteIndexAsync(index, ["1.0", "latest"], null, Token);

        foreach (string tag in new[] { "1.0", "latest" })
        {
            CommandResult raw = await ToolAsync("skopeo", "inspect", "--raw", "--tls-verify=false", $"docker://{registry.Host}/shop/web:{tag}");
            Assert.AreEqual(Encoding.UTF8.GetString(index.Bytes.Span), raw.Output);
        }
        Assert.AreEqual(index.Images[0].Digest, (await store.ReadAsync("1.0", TestImages.Amd64, Token))?.Digest);
        Assert.AreEqual(index.Images[1].Digest, (await store.ReadAsync("latest", TestImages.Arm64, Token))?.Digest);
        await ToolAsync("skopeo", "copy", "--all", "--preserve-digests", "--src-tls-verify=false", $"docker://{registry.Host}/shop/web:1.0", $"dir:{directory.Combine("copy")}");
    }

    [TestMethod]
    public async Task A_second_push_asks_for_the_index_and_sends_nothing()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        using var client = new RegistryClient(new RegistryOptions());
        var store = new RegistryStore(client, ImageReference.Parse($"{registry.Host}/web"));
        await store.WriteIndexAsync(Both(), ["1.0"], null, Token);
        await registry.ClearRequestsAsync(Token);

        await store.WriteIndexAsync(Both(), ["1.0"], null, Token);

        Assert.AreEqual("HEAD /v2/web/manifests/1.0 200", string.Join('\n', await registry.GetRequestsAsync(Token)));
    }

    [TestMethod]
    public async Task A_layout_and_an_archive_give_each_platform_its_image_and_skopeo_copies_all()
    {
        string layout = directory.Combine("layout"), archive = directory.Combine("archive.tar");
        ImageIndex index = Both();

        // Docker's media types become those of OCI.
        await new OciLayoutStore(layout).WriteIndexAsync(index.WithFormat(ImageFormat.Docker), ["1.0"], null, Token);
        await new OciArchiveStore(archive).WriteIndexAsync(index.WithFormat(ImageFormat.Docker), ["1.0"], null, Token);

        foreach ((IImageStore store, string source) in new (IImageStore, string)[] { (new OciLayoutStore(layout), $"oci:{layout}:1.0"), (new OciArchiveStore(archive), $"oci-archive:{archive}:1.0") })
        {
            CommandResult raw = await ToolAsync("skopeo", "inspect", "--raw", source);
            Assert.AreEqual(Encoding.UTF8.GetString(index.Bytes.Span), raw.Output);
            await TestImages.AssertSameAsync(index.Images[0], await store.ReadAsync("1.0", TestImages.Amd64, Token));
            await TestImages.AssertSameAsync(index.Images[1], await store.ReadAsync(null, TestImages.Arm64, Token));
            await ToolAsync("skopeo", "copy", "--all", "--preserve-digests", source, $"dir:{directory.Combine(Path.GetRandomFileName())}");
        }
    }

    [TestMethod]
    public async Task In_a_layout_an_index_takes_the_place_of_all_that_had_its_tag_and_a_new_one_that_of_the_old()
    {
        string layout = directory.Combine("layout");
        var store = new OciLayoutStore(layout);
        Image other = TestImages.Create("other tag");
        await store.WriteAsync(TestImages.Create("old"), ["1.0"], null, Token);
        await store.WriteAsync(other, ["2.0"], null, Token);

        await store.WriteIndexAsync(Both("first"), ["1.0"], null, Token);
        await store.WriteIndexAsync(Both("second"), ["1.0"], null, Token);

        ImageIndex index = Both("second");
        JsonArray manifests = JsonNode.Parse(await File.ReadAllTextAsync(Path.Join(layout, "index.json"), Token))!["manifests"]!.AsArray();
        CollectionAssert.AreEqual(new[] { index.Digest.ToString(), other.Digest.ToString() }, manifests.Select(entry => (string?)entry!["digest"]).ToArray());
        await TestImages.AssertSameAsync(index.Images[1], await store.ReadAsync("1.0", TestImages.Arm64, Token));
        await TestImages.AssertSameAsync(other, await store.ReadAsync("2.0", TestImages.Amd64, Token));
        var expected = new HashSet<string>(index.Images.Append(other).SelectMany(image => image.Layers.Select(layer => layer.Descriptor.Digest.Hex).Append(image.ConfigDescriptor.Digest.Hex).Append(image.Digest.Hex))) { index.Digest.Hex };
        Assert.IsTrue(expected.SetEquals(Directory.EnumerateFiles(Path.Join(layout, "blobs", "sha256")).Select(path => Path.GetFileName(path))), "What nothing references any more is gone, and nothing else.");
    }

    [TestMethod]
    public async Task A_docker_archive_says_that_it_holds_one_platform_and_is_not_written()
    {
        string archive = directory.Combine("docker.tar");

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => new DockerArchiveStore(archive).WriteIndexAsync(Both(), ["1.0"], null, Token));

        Assert.AreEqual("BPT1212", error.Code);
        Assert.IsFalse(File.Exists(archive));
    }

    [TestMethod]
    public async Task An_image_that_the_cache_keeps_is_found_with_the_layers_of_the_one_it_stands_on_elsewhere()
    {
        var cache = new LayerCache(directory.Combine("cache"), 1L << 30);
        var images = new CachedImages(cache.Content);
        Image below = TestImages.Create("below");
        Image image = below.WithConfig(config => config.WithUser("1"));
        await images.KeepAsync(image, Token);

        Image? found = await images.FindAsync(image.Digest, "image", below.Layers, Token);
        Image? without = await images.FindAsync(image.Digest, "image", Token);

        await TestImages.AssertSameAsync(image, found);
        Assert.IsNull(without);
    }

    private static ImageIndex Both(string text = "text") => ImageIndex.Create(
        [TestImages.Create($"{text} for amd64", TestImages.Amd64), TestImages.Create($"{text} for arm64", TestImages.Arm64)], ImageFormat.Oci);

    private async Task<CommandResult> ToolAsync(string program, params string[] arguments) =>
        (await Command.RunAsync(program, arguments, cancellationToken: Token)).EnsureSuccess();
}
