using BuildpackTasks.Testing;

namespace BuildpackTasks.Oci.Tests;

/// <summary>What it costs to move an image of a registry to another base, by the registry's own access log.</summary>
[TestClass]
public sealed class RebaseRequestTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    public void Dispose() => directory.Dispose();

    [TestMethod]
    public async Task An_image_is_moved_in_six_requests_and_no_byte_of_a_layer_is_sent()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        Image onto = await PushAsync(registry);
        using var client = new RegistryClient(new RegistryOptions());
        Image newBase = await BaseAsync(registry, client);
        await registry.ClearRequestsAsync(Token);
        RegistryTraffic before = client.Traffic;

        Image rebased = await RebaseAsync(registry, client, "web", "1.0", newBase);

        Assert.AreEqual(
            """
            GET /v2/web/manifests/1.0 200
            GET /v2/web/blobs/OLD 200
            POST /v2/web/blobs/uploads/ 202
            POST /v2/web/blobs/uploads/?mount=layer1&from=run 201
            PUT /v2/web/blobs/uploads/SESSION?digest=config 201
            PUT /v2/web/manifests/1.0 201
            """,
            await LogAsync(registry, rebased));
        RegistryTraffic traffic = client.Traffic.Since(before);
        Assert.AreEqual(6, traffic.Requests);
        Assert.AreEqual(rebased.ConfigBytes.Length + rebased.ManifestBytes.Length, traffic.BytesSent);
        Assert.AreEqual(onto.Layers[0].Descriptor.Digest, rebased.Layers[0].Descriptor.Digest);
        Assert.IsEmpty(await new RegistryContents(registry).ProblemsAsync("web", "1.0", Token));
    }

    [TestMethod]
    public async Task A_second_image_of_the_repository_does_not_mount_again()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        await PushAsync(registry, "1.0", "1.1");
        using var client = new RegistryClient(new RegistryOptions());
        Image newBase = await BaseAsync(registry, client);
        await RebaseAsync(registry, client, "web", "1.0", newBase);
        await registry.ClearRequestsAsync(Token);

        Image rebased = await RebaseAsync(registry, client, "web", "1.1", newBase);

        Assert.AreEqual(
            """
            GET /v2/web/manifests/1.1 200
            GET /v2/web/blobs/OLD 200
            POST /v2/web/blobs/uploads/ 202
            PUT /v2/web/blobs/uploads/SESSION?digest=config 201
            PUT /v2/web/manifests/1.1 201
            """,
            await LogAsync(registry, rebased));
        Assert.IsEmpty(await new RegistryContents(registry).ProblemsAsync("web", "1.1", Token));
    }

    [TestMethod]
    public async Task A_second_tag_of_the_same_image_is_only_the_manifest()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        await PushAsync(registry);
        using var client = new RegistryClient(new RegistryOptions());
        Image newBase = await BaseAsync(registry, client);
        var store = new RegistryStore(client, ImageReference.Parse($"{registry.Host}/web"));
        await store.TagAsync((await store.ReadTaggedAsync("1.0", Token))!, "latest", Token);
        Image first = await RebaseAsync(registry, client, "web", "1.0", newBase);
        await registry.ClearRequestsAsync(Token);

        Image second = await RebaseAsync(registry, client, "web", "latest", newBase);

        Assert.AreEqual(first.Digest, second.Digest);
        Assert.AreEqual("GET /v2/web/manifests/latest 200\nGET /v2/web/blobs/OLD 200\nPUT /v2/web/manifests/latest 201", await LogAsync(registry, second));
    }

    [TestMethod]
    public async Task An_image_for_several_platforms_costs_no_question_of_what_is_there()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        await PushAsync(registry);
        using var client = new RegistryClient(new RegistryOptions());
        var store = new RegistryStore(client, ImageReference.Parse($"{registry.Host}/web"));
        Image amd64 = (await store.ReadTaggedAsync("1.0", Token))!.Images[0], arm64 = Image.Empty(TestImages.Arm64).Append(amd64.Layers[1]);
        await store.WriteIndexAsync(ImageIndex.Create([amd64, arm64], ImageFormat.Oci), ["multi"], null, Token);
        using var later = new RegistryClient(new RegistryOptions());
        store = new RegistryStore(later, ImageReference.Parse($"{registry.Host}/web"));
        Image newBase = await BaseAsync(registry, later);
        await registry.ClearRequestsAsync(Token);

        TaggedImage tagged = (await store.ReadTaggedAsync("multi", Token))!;
        Image rebased = tagged.Images[0].Rebase(1, newBase);
        ImageIndex index = ImageIndex.Replace(tagged, [rebased, tagged.Images[1]]);
        await store.WriteIndexAsync(index, ["multi"], null, Token);

        string[] asked = [.. (await LogAsync(registry, rebased)).Replace(index.Digest.ToString(), "index", StringComparison.Ordinal).Split('\n')];
        Assert.AreEqual(
            """
            POST /v2/web/blobs/uploads/ 202
            POST /v2/web/blobs/uploads/?mount=layer1&from=run 201
            PUT /v2/web/blobs/uploads/SESSION?digest=config 201
            PUT /v2/web/manifests/manifest 201
            PUT /v2/web/manifests/multi 201
            """,
            string.Join('\n', asked[5..]));
        Assert.IsTrue(asked[..5].All(static line => line.StartsWith("GET ", StringComparison.Ordinal)), string.Join('\n', asked));
    }

    [TestMethod]
    public async Task A_new_layer_is_sent_to_the_first_repository_and_mounted_by_the_others()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        string[] repositories = [.. Enumerable.Range(0, 12).Select(static number => $"app{number}")];
        Image app = await TestImage.CreateAsync(directory.Combine("app"), Token, "old base", "app");
        using var client = new RegistryClient(new RegistryOptions());
        foreach (string repository in repositories) await new RegistryStore(client, ImageReference.Parse($"{registry.Host}/{repository}")).WriteAsync(app, ["1"], null, Token);
        Image made = Image.Empty(TestImage.Platform).Append(await TestImage.LargeLayerAsync(directory.Combine("made"), 1 << 20, Token));
        using var later = new RegistryClient(new RegistryOptions());
        await registry.ClearRequestsAsync(Token);
        RegistryTraffic before = later.Traffic;

        await Parallel.ForEachAsync(repositories, Token, async (repository, stop) => await RebaseAsync(registry, later, repository, "1", made));

        string digest = Uri.EscapeDataString(made.Layers[0].Descriptor.Digest.ToString());
        string[] sent = [.. (await registry.GetRequestsAsync(Token)).Select(static request => request.ToString()).Where(request => request.Contains(digest, StringComparison.OrdinalIgnoreCase))];
        Assert.AreEqual(1, sent.Count(static request => request.StartsWith("PUT", StringComparison.Ordinal)), string.Join('\n', sent));
        Assert.AreEqual(11, sent.Count(static request => request.StartsWith("POST", StringComparison.Ordinal) && request.EndsWith(" 201", StringComparison.Ordinal)), string.Join('\n', sent));
        Assert.IsLessThan(2L << 20, later.Traffic.Since(before).BytesSent);
        foreach (string repository in repositories) Assert.IsEmpty(await new RegistryContents(registry).ProblemsAsync(repository, "1", Token));
    }

    [TestMethod]
    [DataRow(202)]
    [DataRow(403)]
    [DataRow(405)]
    public async Task A_mount_that_is_refused_sends_the_bytes(int status)
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        await PushAsync(registry);
        await using FaultProxy proxy = await FaultProxy.StartAsync(registry.Url, request => request.Path.Contains("mount=", StringComparison.Ordinal)
            ? new Fault(FaultKind.Answer, status) : null);
        using var client = new RegistryClient(new RegistryOptions());
        Image newBase = (await new RegistryStore(client, ImageReference.Parse($"{proxy.Host}/run")).ReadAsync("2", TestImage.Platform, Token))!;

        var store = new RegistryStore(client, ImageReference.Parse($"{proxy.Host}/web"));
        Image rebased = (await store.ReadTaggedAsync("1.0", Token))!.Images[0].Rebase(1, newBase);
        await store.WriteAsync(rebased, ["1.0"], null, Token);

        Assert.IsEmpty(await new RegistryContents(registry).ProblemsAsync("web", "1.0", Token));
        Assert.AreEqual(rebased.Digest.ToString(), await new RegistryContents(registry).DigestOfAsync("web", "1.0", Token));
    }

    [TestMethod]
    public async Task A_registry_that_has_lost_a_layer_of_the_app_keeps_the_tag_where_it_is()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        await PushAsync(registry);
        using var client = new RegistryClient(new RegistryOptions());
        Image newBase = await BaseAsync(registry, client);
        var store = new RegistryStore(client, ImageReference.Parse($"{registry.Host}/web"));
        TaggedImage before = (await store.ReadTaggedAsync("1.0", Token))!;
        registry.Lose(before.Images[0].Layers[1].Descriptor.Digest.Hex);

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => store.WriteAsync(before.Images[0].Rebase(1, newBase), ["1.0"], null, Token));

        Assert.AreEqual("BPT1109", error.Code);
        Assert.AreEqual(before.Descriptor.Digest, await store.FindTagAsync("1.0", Token));
    }

    [TestMethod]
    public async Task An_image_of_which_a_layer_is_lost_gets_no_further_tag()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        await PushAsync(registry);
        using var client = new RegistryClient(new RegistryOptions());
        var store = new RegistryStore(client, ImageReference.Parse($"{registry.Host}/web"));
        TaggedImage image = (await store.ReadTaggedAsync("1.0", Token))!;
        registry.Lose(image.Images[0].Layers[1].Descriptor.Digest.Hex);

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => store.TagAsync(image, "kept", Token));

        Assert.AreEqual("BPT1130", error.Code);
        Assert.IsNull(await store.FindTagAsync("kept", Token));
    }

    [TestMethod]
    [DataRow(403)]
    [DataRow(405)]
    public async Task What_a_tag_names_is_found_where_nobody_may_look(int status)
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        await PushAsync(registry);
        await using FaultProxy proxy = await FaultProxy.StartAsync(registry.Url, request => request.Method == "HEAD" ? new Fault(FaultKind.Answer, status) : null);
        using var client = new RegistryClient(new RegistryOptions());
        var store = new RegistryStore(client, ImageReference.Parse($"{proxy.Host}/web"));

        Digest? found = await store.FindTagAsync("1.0", Token);

        Assert.AreEqual(await new RegistryContents(registry).DigestOfAsync("web", "1.0", Token), found?.ToString());
        Assert.IsNull(await store.FindTagAsync("2.0", Token));
    }

    [TestMethod]
    public async Task A_tag_that_may_not_be_moved_is_a_coded_error()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        await PushAsync(registry);
        await using WebServer front = await WebServer.ProxyAsync(registry.Url, async context =>
        {
            if (context.Request.Method != "PUT" || !context.Request.Path.Value!.Contains("/manifests/", StringComparison.Ordinal)) return false;
            context.Response.StatusCode = 409;
            await Microsoft.AspNetCore.Http.HttpResponseWritingExtensions.WriteAsync(context.Response, """{"errors":[{"code":"DENIED","message":"tag is immutable"}]}""");
            return true;
        });
        using var client = new RegistryClient(new RegistryOptions());
        var store = new RegistryStore(client, ImageReference.Parse($"{front.Host}/web"));
        Image newBase = (await new RegistryStore(client, ImageReference.Parse($"{front.Host}/run")).ReadAsync("2", TestImage.Platform, Token))!;
        TaggedImage before = (await store.ReadTaggedAsync("1.0", Token))!;

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => store.WriteAsync(before.Images[0].Rebase(1, newBase), ["1.0"], null, Token));

        Assert.AreEqual("BPT1122", error.Code);
        Assert.AreEqual(before.Descriptor.Digest, await store.FindTagAsync("1.0", Token));
    }

    // Images of two layers, one for each tag, and a new base of one layer in another repository.
    private async Task<Image> PushAsync(RegistryServer registry, params string[] tags)
    {
        using var client = new RegistryClient(new RegistryOptions());
        foreach (string tag in tags.Length == 0 ? ["1.0"] : tags)
        {
            Image app = (await TestImage.CreateAsync(directory.Path, Token, "old base", $"app {tag}")).WithConfig(config => config.WithUser(tag));
            await new RegistryStore(client, ImageReference.Parse($"{registry.Host}/web")).WriteAsync(app, [tag], null, Token);
        }
        Image onto = await TestImage.CreateAsync(directory.Path, Token, "new base");
        await new RegistryStore(client, ImageReference.Parse($"{registry.Host}/run")).WriteAsync(onto, ["2"], null, Token);
        return onto;
    }

    private async Task<Image> BaseAsync(RegistryServer registry, RegistryClient client) =>
        (await new RegistryStore(client, ImageReference.Parse($"{registry.Host}/run")).ReadAsync("2", TestImage.Platform, Token))!;

    private async Task<Image> RebaseAsync(RegistryServer registry, RegistryClient client, string repository, string tag, Image onto)
    {
        var store = new RegistryStore(client, ImageReference.Parse($"{registry.Host}/{repository}"));
        Image before = (await store.ReadTaggedAsync(tag, Token))!.Images.Single();
        Image after = before.Rebase(1, onto);
        await store.WriteAsync(after, [tag], null, Token);
        return after;
    }

    private async Task<string> LogAsync(RegistryServer registry, Image image) =>
        System.Text.RegularExpressions.Regex.Replace(await RequestLog.DescribeAsync(registry, image, Token), "(GET /v2/[^ ]*/blobs/)sha256:[0-9a-f]{64}", "$1OLD");
}
