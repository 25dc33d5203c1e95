using BuildpackTasks.Testing;

namespace BuildpackTasks.Oci.Tests;

[TestClass]
public sealed class RegistryPushTests
{
    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    public async Task What_was_pushed_is_read_back_by_tag_and_by_digest()
    {
        using var directory = new TemporaryDirectory();
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        using var client = new RegistryClient(new RegistryOptions());
        var store = new RegistryStore(client, ImageReference.Parse($"{registry.Host}/shop/web"));
        Image image = await TestImage.CreateAsync(directory.Path, Token, "one", "two");

        await store.WriteAsync(image, ["1.0", "latest"], null, Token);

        await TestImage.AssertSameAsync(image, await store.ReadAsync("1.0", TestImage.Platform, Token), Token);
        await TestImage.AssertSameAsync(image, await store.ReadAsync(null, TestImage.Platform, Token), Token);
        await TestImage.AssertSameAsync(image, await store.ReadAsync(image.Digest.ToString(), TestImage.Platform, Token), Token);
        Assert.IsNull(await store.ReadAsync("2.0", TestImage.Platform, Token));
        Assert.IsNull(await new RegistryStore(client, ImageReference.Parse($"{registry.Host}/no/such")).ReadAsync(null, TestImage.Platform, Token));
    }

    [TestMethod]
    [DataRow(ImageFormat.Oci)]
    [DataRow(ImageFormat.Docker)]
    public async Task Skopeo_reads_what_was_pushed(ImageFormat format)
    {
        using var directory = new TemporaryDirectory();
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        using var client = new RegistryClient(new RegistryOptions());
        Image image = (await TestImage.CreateAsync(directory.Path, Token, "one", "two")).WithFormat(format);

        await new RegistryStore(client, ImageReference.Parse($"{registry.Host}/shop/web")).WriteAsync(image, ["1.0"], null, Token);

        CommandResult inspect = await Command.RunAsync("skopeo", ["inspect", "--raw", "--tls-verify=false", $"docker://{registry.Host}/shop/web:1.0"], cancellationToken: Token);
        Assert.AreEqual(System.Text.Encoding.UTF8.GetString(image.ManifestBytes.Span), inspect.EnsureSuccess().Output);
        CommandResult copy = await Command.RunAsync("skopeo", ["copy", "--src-tls-verify=false", $"docker://{registry.Host}/shop/web:1.0", $"dir:{directory.Combine("copy")}"], cancellationToken: Token);
        copy.EnsureSuccess();
    }

    [TestMethod]
    public async Task A_first_push_looks_for_each_blob_once_and_sends_it_in_one_piece()
    {
        using var directory = new TemporaryDirectory();
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        using var client = new RegistryClient(new RegistryOptions());
        Image image = await TestImage.CreateAsync(directory.Path, Token, "one", "two");

        BlobTransferKind[] kinds = await PushAsync(client, $"{registry.Host}/web", image, "1.0", "latest");

        Assert.AreEqual(
            """
            HEAD /v2/web/manifests/1.0 404
            HEAD /v2/web/manifests/latest 404
            POST /v2/web/blobs/uploads/ 202
            POST /v2/web/blobs/uploads/ 202
            POST /v2/web/blobs/uploads/ 202
            PUT /v2/web/blobs/uploads/SESSION?digest=config 201
            PUT /v2/web/blobs/uploads/SESSION?digest=layer1 201
            PUT /v2/web/blobs/uploads/SESSION?digest=layer2 201
            PUT /v2/web/manifests/1.0 201
            PUT /v2/web/manifests/latest 201
            """,
            await RequestLog.DescribeAsync(registry, image, Token));
        CollectionAssert.AreEqual(new[] { BlobTransferKind.Sent, BlobTransferKind.Sent, BlobTransferKind.Sent }, kinds);
    }

    [TestMethod]
    public async Task An_unchanged_push_is_one_request()
    {
        using var directory = new TemporaryDirectory();
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        using var client = new RegistryClient(new RegistryOptions());
        Image image = await TestImage.CreateAsync(directory.Path, Token, "one", "two");
        await PushAsync(client, $"{registry.Host}/web", image, "1.0");
        await registry.ClearRequestsAsync(Token);

        BlobTransferKind[] kinds = await PushAsync(client, $"{registry.Host}/web", image, "1.0");

        Assert.AreEqual("HEAD /v2/web/manifests/1.0 200", await RequestLog.DescribeAsync(registry, image, Token));
        CollectionAssert.AreEqual(new[] { BlobTransferKind.Present, BlobTransferKind.Present, BlobTransferKind.Present }, kinds);
    }

    [TestMethod]
    public async Task A_further_tag_is_only_the_manifest()
    {
        using var directory = new TemporaryDirectory();
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        using var client = new RegistryClient(new RegistryOptions());
        Image image = await TestImage.CreateAsync(directory.Path, Token, "one");
        await PushAsync(client, $"{registry.Host}/web", image, "1.0");
        await registry.ClearRequestsAsync(Token);

        await PushAsync(client, $"{registry.Host}/web", image, "1.0", "latest");

        Assert.AreEqual(
            """
            HEAD /v2/web/manifests/1.0 200
            HEAD /v2/web/manifests/latest 404
            PUT /v2/web/manifests/latest 201
            """,
            await RequestLog.DescribeAsync(registry, image, Token));
    }

    [TestMethod]
    public async Task Without_tags_the_manifest_is_there_under_its_digest()
    {
        using var directory = new TemporaryDirectory();
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        using var client = new RegistryClient(new RegistryOptions());
        Image image = Image.Empty(TestImage.Platform);

        await PushAsync(client, $"{registry.Host}/web", image);

        Assert.AreEqual(
            """
            HEAD /v2/web/manifests/manifest 404
            HEAD /v2/web/blobs/config 404
            POST /v2/web/blobs/uploads/ 202
            PUT /v2/web/blobs/uploads/SESSION?digest=config 201
            PUT /v2/web/manifests/manifest 201
            """,
            await RequestLog.DescribeAsync(registry, image, Token));
    }

    [TestMethod]
    public async Task A_changed_layer_is_all_that_is_sent_and_the_run_images_are_mounted()
    {
        using var directory = new TemporaryDirectory();
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        using var client = new RegistryClient(new RegistryOptions());
        var run = new RegistryStore(client, ImageReference.Parse($"{registry.Host}/run:1"));
        await run.WriteAsync(await TestImage.CreateAsync(directory.Path, Token, "os", "runtime"), ["1"], null, Token);
        Image runImage = (await run.ReadAsync(null, TestImage.Platform, Token))!;
        ILayer app = (await TestImage.CreateAsync(directory.Path, Token, "app")).Layers[0];
        await registry.ClearRequestsAsync(Token);

        Image image = runImage.Append(app);
        BlobTransferKind[] kinds = await PushAsync(client, $"{registry.Host}/web", image, "1.0");

        Assert.AreEqual(
            """
            HEAD /v2/web/manifests/1.0 404
            POST /v2/web/blobs/uploads/ 202
            POST /v2/web/blobs/uploads/ 202
            POST /v2/web/blobs/uploads/?mount=layer1&from=run 201
            POST /v2/web/blobs/uploads/?mount=layer2&from=run 201
            PUT /v2/web/blobs/uploads/SESSION?digest=config 201
            PUT /v2/web/blobs/uploads/SESSION?digest=layer3 201
            PUT /v2/web/manifests/1.0 201
            """,
            await RequestLog.DescribeAsync(registry, image, Token));
        CollectionAssert.AreEqual(new[] { BlobTransferKind.Mounted, BlobTransferKind.Mounted, BlobTransferKind.Sent, BlobTransferKind.Sent }, kinds);
    }

    [TestMethod]
    public async Task A_changed_layer_costs_six_requests_where_the_image_before_was_read()
    {
        using var directory = new TemporaryDirectory();
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        var content = new LayerCache(directory.Combine("content"), long.MaxValue).Content;
        (Image before, Image after) = await PublishedAndChangedAsync(registry, directory, content);
        using var client = new RegistryClient(new RegistryOptions());
        var store = new RegistryStore(client, ImageReference.Parse($"{registry.Host}/web:1.0"), content);
        await registry.ClearRequestsAsync(Token);

        Image previous = (await store.ReadAsync(null, TestImage.Platform, Token))!;
        Image image = Image.Empty(TestImage.Platform).Append(previous.Layers[0]).Append(previous.Layers[1]).Append(after.Layers[2]);
        await store.WriteAsync(image, ["1.0"], null, Token);

        Assert.AreEqual(before.Digest, previous.Digest);
        Assert.AreEqual(
            """
            GET /v2/web/manifests/1.0 200
            POST /v2/web/blobs/uploads/ 202
            POST /v2/web/blobs/uploads/ 202
            PUT /v2/web/blobs/uploads/SESSION?digest=config 201
            PUT /v2/web/blobs/uploads/SESSION?digest=layer3 201
            PUT /v2/web/manifests/1.0 201
            """,
            await RequestLog.DescribeAsync(registry, image, Token));
    }

    [TestMethod]
    [DataRow(false, "")]
    [DataRow(true, "POST /v2/web/blobs/uploads/?mount=layer1&from=run 201\nPOST /v2/web/blobs/uploads/?mount=layer2&from=run 201\n")]
    public async Task The_run_images_layers_are_mounted_again_only_if_the_image_before_has_lost_them(bool isLost, string mounts)
    {
        using var directory = new TemporaryDirectory();
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        using var client = new RegistryClient(new RegistryOptions());
        var run = new RegistryStore(client, ImageReference.Parse($"{registry.Host}/run:1"));
        await run.WriteAsync(await TestImage.CreateAsync(directory.Path, Token, "os", "runtime"), ["1"], null, Token);
        Image before = (await run.ReadAsync(null, TestImage.Platform, Token))!.Append((await TestImage.CreateAsync(directory.Path, Token, "app")).Layers[0]);
        await PushAsync(client, $"{registry.Host}/web", before, "1.0");
        if (isLost) Directory.Delete(Path.Combine(registry.Root, "docker/registry/v2/repositories/web/_layers/sha256", before.Layers[1].Descriptor.Digest.Hex), recursive: true);

        using var later = new RegistryClient(new RegistryOptions());
        Image runImage = (await new RegistryStore(later, ImageReference.Parse($"{registry.Host}/run:1")).ReadAsync(null, TestImage.Platform, Token))!;
        var store = new RegistryStore(later, ImageReference.Parse($"{registry.Host}/web:1.0"));
        await store.ReadAsync(null, TestImage.Platform, Token);
        await registry.ClearRequestsAsync(Token);
        Image image = runImage.Append((await TestImage.CreateAsync(directory.Path, Token, "changed app")).Layers[0]);
        await store.WriteAsync(image, ["1.0"], null, Token);

        string[] asked = [.. (await RequestLog.DescribeAsync(registry, image, Token)).Split('\n').Where(static line => !line.Contains("uploads/SESSION", StringComparison.Ordinal))];
        Assert.AreEqual(
            "POST /v2/web/blobs/uploads/ 202\nPOST /v2/web/blobs/uploads/ 202\n" + mounts + (isLost ? "PUT /v2/web/manifests/1.0 400\n" : "") + "PUT /v2/web/manifests/1.0 201",
            string.Join('\n', asked));
        await TestImage.AssertSameAsync(image, await store.ReadAsync(null, TestImage.Platform, Token), Token);
    }

    [TestMethod]
    public async Task Nothing_changed_costs_one_request_where_the_image_before_was_read()
    {
        using var directory = new TemporaryDirectory();
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        var content = new LayerCache(directory.Combine("content"), long.MaxValue).Content;
        await PublishedAndChangedAsync(registry, directory, content);
        using var client = new RegistryClient(new RegistryOptions());
        var store = new RegistryStore(client, ImageReference.Parse($"{registry.Host}/web:1.0"), content);
        await registry.ClearRequestsAsync(Token);

        Image previous = (await store.ReadAsync(null, TestImage.Platform, Token))!;
        await store.WriteAsync(previous, ["1.0"], null, Token);

        Assert.AreEqual("GET /v2/web/manifests/1.0 200", await RequestLog.DescribeAsync(registry, previous, Token));
    }

    [TestMethod]
    public async Task A_layer_that_the_registry_lost_is_sent_again_although_its_manifest_names_it()
    {
        using var directory = new TemporaryDirectory();
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        var cache = new LayerCache(directory.Combine("content"), long.MaxValue);
        (Image before, Image after) = await PublishedAndChangedAsync(registry, directory, cache.Content);
        using var client = new RegistryClient(new RegistryOptions());
        // What a layer is opened from is the content store, where it has it.
        await using (Stream bytes = await before.Layers[1].OpenAsync(Token))
            await cache.Content.AddAsync((stream, stop) => bytes.CopyToAsync(stream, stop), before.Layers[1].Descriptor.Digest, Token);
        var store = new RegistryStore(client, ImageReference.Parse($"{registry.Host}/web:1.0"), cache.Content);
        Image previous = (await store.ReadAsync(null, TestImage.Platform, Token))!;
        registry.Lose(before.Layers[1].Descriptor.Digest.Hex);

        Image image = Image.Empty(TestImage.Platform).Append(previous.Layers[0]).Append(previous.Layers[1]).Append(after.Layers[2]);
        await store.WriteAsync(image, ["1.0"], null, Token);

        CommandResult copied = await Command.RunAsync(
            "skopeo", ["copy", "--src-tls-verify=false", $"docker://{registry.Host}/web:1.0", $"oci:{directory.Combine("copy")}:1"], cancellationToken: Token);
        copied.EnsureSuccess();
    }

    [TestMethod]
    public async Task A_further_tag_for_an_image_of_which_the_registry_lost_a_layer_makes_it_whole()
    {
        using var directory = new TemporaryDirectory();
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        using var client = new RegistryClient(new RegistryOptions());
        Image image = await TestImage.CreateAsync(directory.Path, Token, "one", "two");
        await PushAsync(client, $"{registry.Host}/web", image, "1.0");
        registry.Lose(image.Layers[1].Descriptor.Digest.Hex);

        await new RegistryStore(client, ImageReference.Parse($"{registry.Host}/web")).WriteAsync(image, ["1.0", "latest"], null, Token);

        CommandResult copied = await Command.RunAsync(
            "skopeo", ["copy", "--src-tls-verify=false", $"docker://{registry.Host}/web:latest", $"oci:{directory.Combine("copy")}:1"], cancellationToken: Token);
        copied.EnsureSuccess();
    }

    [TestMethod]
    public async Task An_image_that_is_known_to_be_broken_is_made_whole_though_its_tag_names_it()
    {
        using var directory = new TemporaryDirectory();
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        using var client = new RegistryClient(new RegistryOptions());
        Image image = await TestImage.CreateAsync(directory.Path, Token, "one", "two");
        await PushAsync(client, $"{registry.Host}/web", image, "1.0");
        registry.Lose(image.Layers[1].Descriptor.Digest.Hex);
        var reference = ImageReference.Parse($"{registry.Host}/web:1.0");
        await new RegistryStore(client, reference).ReadAsync(null, TestImage.Platform, Token);

        client.Distrust(reference.WithDigest(image.Digest));
        await PushAsync(client, $"{registry.Host}/web", image, "1.0");

        CommandResult copied = await Command.RunAsync(
            "skopeo", ["copy", "--src-tls-verify=false", $"docker://{registry.Host}/web:1.0", $"oci:{directory.Combine("copy")}:1"], cancellationToken: Token);
        copied.EnsureSuccess();
    }

    [TestMethod]
    public async Task A_layer_that_is_lost_everywhere_is_a_coded_error_and_the_tag_stays()
    {
        using var directory = new TemporaryDirectory();
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        var content = new LayerCache(directory.Combine("content"), long.MaxValue).Content;
        (Image before, Image after) = await PublishedAndChangedAsync(registry, directory, content);
        using var client = new RegistryClient(new RegistryOptions());
        var store = new RegistryStore(client, ImageReference.Parse($"{registry.Host}/web:1.0"), content);
        Image previous = (await store.ReadAsync(null, TestImage.Platform, Token))!;
        registry.Lose(before.Layers[1].Descriptor.Digest.Hex);

        Image image = Image.Empty(TestImage.Platform).Append(previous.Layers[0]).Append(previous.Layers[1]).Append(after.Layers[2]);
        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => store.WriteAsync(image, ["1.0"], null, Token));

        Assert.AreEqual("BPT1109", error.Code);
        Assert.AreEqual(before.Digest, (await store.ReadAsync(null, TestImage.Platform, Token))!.Digest);
    }

    [TestMethod]
    public async Task A_refused_mount_becomes_the_upload_and_leaves_no_session_behind()
    {
        using var directory = new TemporaryDirectory();
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        await using RegistryServer empty = await RegistryServer.StartAsync(cancellationToken: Token);
        using var client = new RegistryClient(new RegistryOptions());
        Image image = await TestImage.CreateAsync(directory.Path, Token, "one");
        ILayer elsewhere = new LayerFrom(image.Layers[0], ImageReference.Parse($"{empty.Host}/gone"));
        image = Image.Empty(TestImage.Platform).Append(elsewhere);

        await PushAsync(client, $"{empty.Host}/web", image, "1.0");

        Assert.AreEqual(
            """
            HEAD /v2/web/manifests/1.0 404
            HEAD /v2/web/blobs/config 404
            HEAD /v2/web/blobs/layer1 404
            POST /v2/web/blobs/uploads/ 202
            POST /v2/web/blobs/uploads/?mount=layer1&from=gone 202
            PUT /v2/web/blobs/uploads/SESSION?digest=config 201
            PUT /v2/web/blobs/uploads/SESSION?digest=layer1 201
            PUT /v2/web/manifests/1.0 201
            """,
            await RequestLog.DescribeAsync(empty, image, Token));
        Assert.IsEmpty(OpenSessions(empty));
    }

    [TestMethod]
    [DataRow(202)]
    [DataRow(400)]
    [DataRow(401)]
    [DataRow(403)]
    [DataRow(404)]
    [DataRow(405)]
    [DataRow(500)]
    public async Task A_mount_that_is_refused_in_any_way_becomes_an_upload(int status)
    {
        using var directory = new TemporaryDirectory();
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        await using FaultProxy proxy = await FaultProxy.StartAsync(registry.Url, request =>
            request.Path.Contains("?mount=", StringComparison.Ordinal) ? new Fault(FaultKind.Answer, status) : null);
        using var client = new RegistryClient(new RegistryOptions { Time = new RecordedTime() });
        await PushAsync(client, $"{proxy.Host}/run", await TestImage.CreateAsync(directory.Path, Token, "os"), "1");
        Image run = (await new RegistryStore(client, ImageReference.Parse($"{proxy.Host}/run")).ReadAsync("1", TestImage.Platform, Token))!;

        await PushAsync(client, $"{proxy.Host}/web", run, "1");

        await TestImage.AssertSameAsync(run, await new RegistryStore(client, ImageReference.Parse($"{registry.Host}/web")).ReadAsync("1", TestImage.Platform, Token), Token);
        Assert.IsEmpty(OpenSessions(registry));
    }

    [TestMethod]
    [DoNotParallelize] // It measures what the whole process allocates.
    public async Task A_layer_of_another_registry_is_streamed_through()
    {
        using var directory = new TemporaryDirectory();
        await using RegistryServer from = await RegistryServer.StartAsync(cancellationToken: Token);
        await using RegistryServer to = await RegistryServer.StartAsync(cancellationToken: Token);
        using var client = new RegistryClient(new RegistryOptions());
        Image large = Image.Empty(TestImage.Platform).Append(await TestImage.LargeLayerAsync(directory.Path, 20 << 20, Token));
        using var keptFiles = new TemporaryDirectory();
        var source = new RegistryStore(client, ImageReference.Parse($"{from.Host}/run:1"), new LayerCache(keptFiles.Path, long.MaxValue).Content);
        await source.WriteAsync(large, ["1"], null, Token);
        Image read = (await source.ReadAsync(null, TestImage.Platform, Token))!;
        long before = GC.GetTotalAllocatedBytes(precise: true);

        await PushAsync(client, $"{to.Host}/web", read, "1");

        Assert.IsLessThan(12L << 20, GC.GetTotalAllocatedBytes(precise: true) - before);
        Assert.IsLessThan(1 << 20, new DirectoryInfo(keptFiles.Path).EnumerateFiles("*", SearchOption.AllDirectories).Sum(static file => file.Length));
        await TestImage.AssertSameAsync(large, await new RegistryStore(client, ImageReference.Parse($"{to.Host}/web")).ReadAsync("1", TestImage.Platform, Token), Token);
    }

    [TestMethod]
    public async Task Finding_out_whether_a_repository_is_writable_leaves_nothing_in_it()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        using var client = new RegistryClient(new RegistryOptions());

        await new RegistryStore(client, ImageReference.Parse($"{registry.Host}/web")).EnsureWritableAsync(Token);

        Assert.AreEqual(
            """
            DELETE /v2/web/blobs/uploads/SESSION 204
            POST /v2/web/blobs/uploads/ 202
            """,
            (await RequestLog.DescribeAsync(registry, Image.Empty(TestImage.Platform), Token)).Replace("SESSION?", "SESSION", StringComparison.Ordinal));
        Assert.IsEmpty(OpenSessions(registry));
    }

    [TestMethod]
    public async Task A_layer_that_is_not_what_it_says_is_not_stored_and_no_tag_appears()
    {
        using var directory = new TemporaryDirectory();
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        using var client = new RegistryClient(new RegistryOptions());
        var store = new RegistryStore(client, ImageReference.Parse($"{registry.Host}/web"));
        ILayer layer = (await TestImage.CreateAsync(directory.Path, Token, "one")).Layers[0];
        string blob = new LayerCache(directory.Path, long.MaxValue).Content.PathOf(layer.Descriptor.Digest)!;
        byte[] damaged = await File.ReadAllBytesAsync(blob, Token);
        damaged[^1] ^= 1;
        await File.WriteAllBytesAsync(blob, damaged, Token);

        await Assert.ThrowsExactlyAsync<OciException>(() => store.WriteAsync(Image.Empty(TestImage.Platform).Append(layer), ["1"], null, Token));

        Assert.IsNull(await store.ReadAsync("1", TestImage.Platform, Token));
        Assert.IsEmpty(OpenSessions(registry));
    }

    // What an agent with an empty disk has in front of it: an image in the registry, and one that differs in its last layer.
    private async Task<(Image Before, Image After)> PublishedAndChangedAsync(RegistryServer registry, TemporaryDirectory directory, ContentStore content)
    {
        Image before = await TestImage.CreateAsync(directory.Combine("before"), Token, "one", "two", "three");
        using var client = new RegistryClient(new RegistryOptions());
        await PushAsync(client, $"{registry.Host}/web", before, "1.0");
        // The config is known by its digest.
        await new RegistryStore(client, ImageReference.Parse($"{registry.Host}/web:1.0"), content).ReadAsync(null, TestImage.Platform, Token);
        return (before, await TestImage.CreateAsync(directory.Combine("after"), Token, "one", "two", "four"));
    }

    private async Task<BlobTransferKind[]> PushAsync(RegistryClient client, string repository, Image image, params string[] tags)
    {
        var progress = new Transfers();
        await new RegistryStore(client, ImageReference.Parse(repository)).WriteAsync(image, tags, progress, Token);
        return [.. image.Layers.Select(static layer => layer.Descriptor).Append(image.ConfigDescriptor)
            .Select(blob => progress.All.Single(transfer => transfer.Blob.Digest == blob.Digest).Kind)];
    }

    private static string[] OpenSessions(RegistryServer registry) =>
        Directory.Exists(registry.Root) ? [.. Directory.GetFiles(registry.Root, "startedat", SearchOption.AllDirectories)] : [];

    private sealed class Transfers : IProgress<BlobTransfer>
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<BlobTransfer> all = new();

        public IEnumerable<BlobTransfer> All => all;

        public void Report(BlobTransfer value) => all.Enqueue(value);
    }

    private sealed class LayerFrom(ILayer layer, ImageReference source) : ILayer
    {
        public Descriptor Descriptor => layer.Descriptor;

        public Digest DiffId => layer.DiffId;

        public ImageReference? Source => source;

        public Task<Stream> OpenAsync(CancellationToken cancellationToken) => layer.OpenAsync(cancellationToken);
    }
}
