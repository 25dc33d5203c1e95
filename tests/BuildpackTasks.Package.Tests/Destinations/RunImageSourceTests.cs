using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>Where run images come from.</summary>
[TestClass]
public sealed class RunImageSourceTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    public void Dispose() => directory.Dispose();

    [TestMethod]
    [DataRow(":run", false)]
    [DataRow("@{0}", false)]
    [DataRow(":run", true)]
    public async Task A_run_image_of_a_registry_is_mounted_by_tag_by_digest_and_from_an_index(string selector, bool asIndex)
    {
        var (layout, digest) = await RunImageAsync(asIndex);
        await using var registry = await RegistryServer.StartAsync(cancellationToken: Token);
        await OtherTools.CopyAsync($"oci:{layout}:run", $"docker://{registry.Host}/base/system:run", Token);
        await registry.ClearRequestsAsync(Token);

        var published = await Greeter.PublishAsync(
            [$"-p:RunImage={registry.Host}/base/system{selector.Replace("{0}", digest, StringComparison.Ordinal)}", $"-p:ContainerRegistry={registry.Host}"], Token);

        var expected = await Greeter.ImageAsync();
        var requests = await registry.GetRequestsAsync(Token);
        var system = expected["debian://trixie"].Digest;
        Assert.AreEqual(
            $"POST /v2/greeter/blobs/uploads/?mount={Uri.EscapeDataString(system)}&from=base%2Fsystem 201",
            string.Join('\n', requests.Where(request => request.Method != "HEAD" && request.Path.Contains(system["sha256:".Length..], StringComparison.Ordinal))));
        Assert.AreEqual(published["Digest"], await OtherTools.DigestAsync($"docker://{registry.Host}/greeter:latest", Token));
        var copy = directory.Combine("copy");
        await OtherTools.CopyAsync($"docker://{registry.Host}/greeter:latest", $"oci:{copy}:latest", Token);
        await AssertStackedAsync(copy);
    }

    [TestMethod]
    [DataRow("oci", "oci:{0}")]
    [DataRow("oci", "oci:{0}:run")]
    [DataRow("oci-archive", "oci-archive:{0}")]
    public async Task A_run_image_of_a_layout_or_an_archive_keeps_its_layers(string transport, string runImage)
    {
        var (run, _) = await RunImageAsync(asIndex: false);
        if (transport != "oci")
        {
            var archive = directory.Combine("run.tar");
            await OtherTools.CopyAsync($"oci:{run}:run", $"{transport}:{archive}:run", Token);
            run = archive;
        }

        var layout = directory.Combine("layout");
        await Greeter.PublishAsync([$"-p:RunImage={runImage.Replace("{0}", run, StringComparison.Ordinal)}", $"-p:ImageLayoutPath={layout}"], Token);

        await AssertStackedAsync(layout);
    }

    [TestMethod]
    public async Task A_run_image_of_a_docker_archive_is_stacked_on()
    {
        var (run, _) = await RunImageAsync(asIndex: false);
        var archive = directory.Combine("run.tar");
        await OtherTools.CopyAsync($"oci:{run}:run", $"docker-archive:{archive}:base/system:run", Token);
        var layout = directory.Combine("layout");

        await Greeter.PublishAsync([$"-p:RunImage=docker-archive:{archive}", $"-p:ImageLayoutPath={layout}"], Token);

        // What docker save writes has the layers as they are unpacked: what is in them is the same, by their diff IDs.
        var (expected, image) = (await Greeter.ImageAsync(), await ImageInLayout.ReadAsync(layout, Token));
        Assert.AreEqual(expected.Config.GetProperty("rootfs").GetRawText(), image.Config.GetProperty("rootfs").GetRawText());
        await AssertRunsAsync(layout);
    }

    [TestMethod]
    public async Task On_scratch_the_image_is_the_runtime_and_the_app()
    {
        var layout = directory.Combine("layout");

        await Greeter.PublishAsync(["-p:RunImage=scratch", $"-p:ImageLayoutPath={layout}"], Token);

        var (expected, image) = (await Greeter.ImageAsync(), await ImageInLayout.ReadAsync(layout, Token));
        Assert.AreEqual("dotnet-runtime apphost app", string.Join(' ', image.LayerNames));
        Assert.AreEqual(expected["dotnet-runtime"].Digest, image["dotnet-runtime"].Digest);
        Assert.AreEqual(expected["app"].Digest, image["app"].Digest);
    }

    private async Task<(string Layout, string Digest)> RunImageAsync(bool asIndex)
    {
        var layout = directory.Combine("run");
        return (layout, await RunImageLayout.WriteAsync(await Greeter.LayoutAsync(), layout, asIndex, Token));
    }

    // The same layers as on the Debian packages themselves.
    private async Task AssertStackedAsync(string layout)
    {
        var (expected, image) = (await Greeter.ImageAsync(), await ImageInLayout.ReadAsync(layout, Token));
        Assert.AreEqual(string.Join('\n', expected.Layers.Select(layer => layer.Digest)), string.Join('\n', image.Layers.Select(layer => layer.Digest)));
        await AssertRunsAsync(layout);
    }

    private async Task AssertRunsAsync(string layout)
    {
        await using var podman = new Podman();
        var result = await podman.RunAsync($"oci:{layout}:latest", ["you"], cancellationToken: Token);
        Assert.AreEqual("hello you\n", result.EnsureSuccess().Output);
    }
}
