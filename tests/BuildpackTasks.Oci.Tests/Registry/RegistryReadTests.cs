using System.Text;
using System.Text.Json.Nodes;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Oci.Tests;

[TestClass]
public sealed class RegistryReadTests
{
    private static readonly string Layer = $$"""{"mediaType":"{{MediaTypes.OciLayerGzip}}","size":1,"digest":"{{Digest.Of("x"u8)}}"}""";

    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    public async Task An_index_leads_to_the_image_for_the_platform_and_what_is_known_is_not_asked_for_again()
    {
        using var directory = new TemporaryDirectory();
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        using var client = new RegistryClient(new RegistryOptions());
        ContentStore content = new LayerCache(Path.Combine(directory.Path, "other"), long.MaxValue).Content;
        var store = new RegistryStore(client, ImageReference.Parse($"{registry.Host}/run"), content);
        Image amd64 = await TestImage.CreateAsync(directory.Path, Token, "one");
        Image arm64 = Image.Empty(new Platform("linux", "arm64", "v8"));
        await store.WriteAsync(amd64, [], null, Token);
        await store.WriteAsync(arm64, [], null, Token);
        await PutIndexAsync(registry, "run", (amd64, amd64.Config.Platform), (arm64, arm64.Config.Platform), (amd64, new Platform("unknown", "unknown")));
        await registry.ClearRequestsAsync(Token);

        Image? first = await store.ReadAsync("1", TestImage.Platform, Token);
        Image? again = await store.ReadAsync("1", TestImage.Platform, Token);
        Image? other = await store.ReadAsync("1", new Platform("linux", "arm64"), Token);
        Image? pinned = await store.ReadAsync(amd64.Digest.ToString(), TestImage.Platform, Token);

        Assert.AreEqual(amd64.Digest, first?.Digest);
        Assert.AreEqual(amd64.Digest, again?.Digest);
        Assert.AreEqual(arm64.Digest, other?.Digest);
        Assert.AreEqual(amd64.Digest, pinned?.Digest);
        Assert.AreEqual($"{registry.Host}/run", $"{first!.Layers[0].Source!.Registry}/{first.Layers[0].Source!.Repository}");
        Assert.AreEqual(
            $"""
            GET /v2/run/manifests/1 200
            GET /v2/run/manifests/{amd64.Digest} 200
            GET /v2/run/blobs/{amd64.ConfigDescriptor.Digest} 200
            GET /v2/run/manifests/1 200
            GET /v2/run/manifests/1 200
            GET /v2/run/manifests/{arm64.Digest} 200
            GET /v2/run/blobs/{arm64.ConfigDescriptor.Digest} 200
            """,
            string.Join('\n', await registry.GetRequestsAsync(Token)));
        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => store.ReadAsync("1", new Platform("linux", "s390x"), Token));
        Assert.AreEqual("BPT1006", error.Code);
        Assert.AreEqual($"'{registry.Host}/run:1' has no image for linux/s390x. It has: linux/amd64, linux/arm64/v8. Use an image that is built for linux/s390x, or set ContainerRuntimeIdentifier to one of those.", error.Message);
    }

    [TestMethod]
    public async Task A_single_image_for_another_platform_is_a_coded_error()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        using var client = new RegistryClient(new RegistryOptions());
        var store = new RegistryStore(client, ImageReference.Parse($"{registry.Host}/run:1"));
        await store.WriteAsync(Image.Empty(new Platform("linux", "arm64")), ["1"], null, Token);

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => store.ReadAsync(null, TestImage.Platform, Token));

        Assert.AreEqual("BPT1006", error.Code);
    }

    [TestMethod]
    [DataRow("not json", "BPT1004", "it is not the JSON that the specification describes")]
    [DataRow("[]", "BPT1004", "it is not a JSON object")]
    [DataRow("{\"schemaVersion\":1}", "BPT1004", "it has the old form 'schema 1', which has no digests to verify")]
    [DataRow("{\"schemaVersion\":3}", "BPT1004", "its schemaVersion is not 2")]
    [DataRow("{\"schemaVersion\":2,\"mediaType\":\"text/html\"}", "BPT1004", "its media type 'text/html' is not an image's")]
    [DataRow("{\"schemaVersion\":2}", "BPT1004", "it names no config")]
    [DataRow("{\"schemaVersion\":2,\"manifests\":[],\"layers\":[]}", "BPT1004", "it is an index and a manifest at once")]
    [DataRow("{\"schemaVersion\":2,\"manifests\":[]}", "BPT1006", "It has: none")]
    [DataRow("{\"schemaVersion\":2,\"config\":{\"mediaType\":\"application/vnd.example+json\",\"size\":2,\"digest\":\"D\"}}", "BPT1004", "its config has the media type 'application/vnd.example+json', so it is not an image that runs")]
    [DataRow("{\"schemaVersion\":2,\"config\":{\"mediaType\":\"CONFIG\",\"size\":99999999,\"digest\":\"D\"}}", "BPT1004", "its config has 99999999 bytes, more than 8388608")]
    [DataRow("{\"schemaVersion\":2,\"config\":{\"mediaType\":\"CONFIG\",\"size\":-1,\"digest\":\"D\"}}", "BPT1004", "is not a number of bytes")]
    [DataRow("{\"schemaVersion\":2,\"config\":{\"mediaType\":\"CONFIG\",\"size\":2,\"digest\":\"md5:0\"}}", "BPT1004", "a descriptor has no valid digest")]
    [DataRow("{\"schemaVersion\":2,\"config\":{\"mediaType\":\"CONFIG\",\"size\":2,\"digest\":\"D\"},\"layers\":{}}", "BPT1004", "'layers' is not a list")]
    [DataRow("{\"schemaVersion\":2,\"config\":{\"mediaType\":\"CONFIG\",\"size\":2,\"digest\":\"D\"},\"layers\":[{\"mediaType\":\"x/y\",\"size\":2,\"digest\":\"D\"}]}", "BPT1004", "a layer has the unknown media type 'x/y'")]
    [DataRow("{\"schemaVersion\":2,\"config\":{\"mediaType\":\"CONFIG\",\"size\":2,\"digest\":\"D\"},\"layers\":[{\"mediaType\":\"application/vnd.docker.image.rootfs.foreign.diff.tar.gzip\",\"size\":2,\"digest\":\"D\"}]}", "BPT1007", "is kept outside of registries")]
    [DataRow("{\"schemaVersion\":2,\"config\":{\"mediaType\":\"CONFIG\",\"size\":2,\"digest\":\"D\"},\"layers\":[{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar+gzip\",\"size\":2,\"digest\":\"D\",\"urls\":[\"https://elsewhere.invalid\"]}]}", "BPT1007", "is kept outside of registries")]
    public async Task A_manifest_that_cannot_be_used_is_a_coded_error(string manifest, string code, string reason)
    {
        manifest = manifest.Replace("\"D\"", $"\"{Digest.Of("{}"u8)}\"", StringComparison.Ordinal).Replace("CONFIG", MediaTypes.OciConfig, StringComparison.Ordinal);
        await using WebServer server = await ServeAsync(Encoding.UTF8.GetBytes(manifest), []);

        OciException error = await ReadFailsAsync(server);

        Assert.AreEqual(code, error.Code);
        Assert.Contains(reason, error.Message);
    }

    [TestMethod]
    [DataRow("{}", "BPT1003")]
    [DataRow("{\"os\":\"linux\",\"architecture\":\"amd64\",\"rootfs\":{\"diff_ids\":[]}}", "BPT1004")]
    public async Task A_config_that_cannot_be_used_is_a_coded_error(string config, string code)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(config);
        await using WebServer server = await ServeAsync(Manifest(Digest.Of(bytes), bytes.Length, Layer), bytes);

        Assert.AreEqual(code, (await ReadFailsAsync(server)).Code);
    }

    [TestMethod]
    [DataRow("{\"os\":\"linux\",\"architecture\":\"arm64\"}", "BPT1110")]
    [DataRow("{}", "BPT1111")]
    [DataRow("{\"os\":\"linux\",\"architecture\":\"amd64\"} ", "BPT1110")]
    public async Task A_config_with_another_digest_or_size_is_not_used(string sent, string code)
    {
        byte[] expected = "{\"os\":\"linux\",\"architecture\":\"amd64\"}"u8.ToArray();
        await using WebServer server = await ServeAsync(Manifest(Digest.Of(expected), expected.Length, ""), Encoding.UTF8.GetBytes(sent));

        Assert.AreEqual(code, (await ReadFailsAsync(server)).Code);
    }

    [TestMethod]
    public async Task A_manifest_with_another_digest_than_the_registry_says_is_not_used()
    {
        await using WebServer server = await ServeAsync("{\"schemaVersion\":2}"u8.ToArray(), [], Digest.Of("other"u8).ToString());

        Assert.AreEqual("BPT1110", (await ReadFailsAsync(server)).Code);
    }

    [TestMethod]
    public async Task A_manifest_with_another_digest_than_was_asked_for_is_not_used_whatever_the_registry_says()
    {
        byte[] manifest = "{\"schemaVersion\":2}"u8.ToArray();
        await using WebServer server = await ServeAsync(manifest, [], Digest.Of(manifest).ToString());

        Assert.AreEqual("BPT1110", (await ReadFailsAsync(server, $"@{Digest.Of("other"u8)}")).Code);
    }

    [TestMethod]
    public async Task A_manifest_without_end_is_not_read_to_it()
    {
        await using WebServer server = await WebServer.StartAsync(static async context =>
        {
            byte[] block = new byte[1 << 20];
            while (!context.RequestAborted.IsCancellationRequested) await context.Response.Body.WriteAsync(block, context.RequestAborted);
        });

        Assert.AreEqual("BPT1112", (await ReadFailsAsync(server)).Code);
    }

    private async Task<OciException> ReadFailsAsync(WebServer server, string selector = ":1")
    {
        using var client = new RegistryClient(new RegistryOptions { Time = new RecordedTime() });
        var store = new RegistryStore(client, ImageReference.Parse($"{server.Host}/run{selector}"));
        return await Assert.ThrowsExactlyAsync<OciException>(() => store.ReadAsync(null, TestImage.Platform, Token));
    }

    private static Task<WebServer> ServeAsync(byte[] manifest, byte[] blob, string? digest = null) => WebServer.StartAsync(async context =>
    {
        bool isManifest = context.Request.Path.Value!.Contains("/manifests/", StringComparison.Ordinal);
        context.Response.ContentType = isManifest ? MediaTypes.OciManifest : "application/octet-stream";
        if (manifest.AsSpan().IndexOf("\"manifests\""u8) >= 0 || manifest.AsSpan().IndexOf("mediaType\":\"text"u8) >= 0) context.Response.ContentType = "application/json";
        if (digest is not null) context.Response.Headers["Docker-Content-Digest"] = digest;
        await context.Response.Body.WriteAsync(isManifest ? manifest : blob);
    });

    private static byte[] Manifest(Digest config, long size, string layer) =>
        Encoding.UTF8.GetBytes($$"""{"schemaVersion":2,"config":{"mediaType":"{{MediaTypes.OciConfig}}","size":{{size}},"digest":"{{config}}"},"layers":[{{layer}}]}""");

    private async Task PutIndexAsync(RegistryServer registry, string repository, params (Image Image, Platform Platform)[] entries)
    {
        var index = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = MediaTypes.OciIndex,
            ["manifests"] = new JsonArray([.. entries.Select(static entry => new JsonObject
            {
                ["mediaType"] = entry.Image.Descriptor.MediaType, ["size"] = entry.Image.Descriptor.Size, ["digest"] = entry.Image.Digest.ToString(),
                ["platform"] = new JsonObject { ["os"] = entry.Platform.Os, ["architecture"] = entry.Platform.Architecture, ["variant"] = entry.Platform.Variant },
            })]),
        };
        using HttpClient client = registry.CreateClient();
        using var content = new StringContent(index.ToJsonString(), new System.Net.Http.Headers.MediaTypeHeaderValue(MediaTypes.OciIndex));
        (await client.PutAsync(new Uri($"/v2/{repository}/manifests/1", UriKind.Relative), content, Token)).EnsureSuccessStatusCode();
    }
}
