using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>Where images go, and what other programs say of them there.</summary>
[TestClass]
public sealed class ImageDestinationTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    public void Dispose() => directory.Dispose();

    [TestMethod]
    public async Task A_registry_has_the_image_under_its_digest_and_under_every_tag()
    {
        await using var registry = await RegistryServer.StartAsync(cancellationToken: Token);

        var published = await Greeter.PublishAsync(
            [$"-p:ContainerRegistry={registry.Host}", "-p:ContainerRepository=team/greeter", "-p:ContainerImageTags=1.0%3B1.0.3%3Bstable"], Token);

        var digest = published["Digest"];
        Assert.AreEqual("1.0;1.0.3;stable", published["Tags"]);
        Assert.AreEqual($"{registry.Host}/team/greeter:1.0@{digest}", published["Reference"]);
        Assert.AreEqual("linux/amd64", published["Platform"]);
        Assert.AreEqual("application/vnd.oci.image.manifest.v1+json", published["MediaType"]);
        foreach (var tag in (string[])["1.0", "1.0.3", "stable"])
        {
            Assert.AreEqual(digest, await OtherTools.DigestAsync($"docker://{registry.Host}/team/greeter:{tag}", Token));
        }

        await AssertRunsAsync($"{registry.Host}/team/greeter@{digest}");
    }

    [TestMethod]
    public async Task A_layout_is_accepted_by_skopeo_umoci_and_oci_image_tool()
    {
        var image = await Greeter.ImageAsync();
        var layout = await Greeter.LayoutAsync();

        Assert.AreEqual(image.Digest, await OtherTools.DigestAsync($"oci:{layout}:latest", Token));
        await OtherTools.RunAsync("oci-image-tool", ["validate", "--type", "image", "--ref", "name=latest", layout], Token);
        var bundle = directory.Combine("bundle");
        await OtherTools.RunAsync("umoci", ["unpack", "--rootless", "--image", $"{layout}:latest", bundle], Token);
        Assert.IsTrue(File.Exists(Path.Combine(bundle, "rootfs", "app", "Greeter.dll")));
        Assert.IsTrue(File.Exists(Path.Combine(bundle, "rootfs", "usr", "lib", "os-release")));
    }

    [TestMethod]
    public async Task An_OCI_archive_is_copied_by_skopeo_and_run_by_podman()
    {
        var archive = directory.Combine("greeter.tar");

        var published = await Greeter.PublishAsync([$"-p:ContainerArchiveOutputPath={archive}"], Token);

        Assert.AreEqual(published["Digest"], await OtherTools.DigestAsync($"oci-archive:{archive}:latest", Token));
        var layout = directory.Combine("copy");
        await OtherTools.CopyAsync($"oci-archive:{archive}:latest", $"oci:{layout}:latest", Token);
        await OtherTools.RunAsync("oci-image-tool", ["validate", "--type", "image", "--ref", "name=latest", layout], Token);
        Assert.AreEqual(published["Digest"], (await Greeter.ImageAsync()).Digest);
        await AssertRunsAsync($"oci-archive:{archive}:latest");
    }

    [TestMethod]
    public async Task A_docker_archive_is_loaded_by_podman_under_its_name()
    {
        // A directory gets an archive that is named after the repository.
        var output = directory.CreateDirectory("archives");

        await Greeter.PublishAsync(
            [$"-p:ContainerArchiveOutputPath={output}", "-p:ContainerImageFormat=Docker", "-p:ContainerRepository=team/greeter", "-p:ContainerImageTag=1.0"], Token);

        var archive = Path.Combine(output, "team-greeter.tar");
        CollectionAssert.AreEqual((string[])[archive], Directory.GetFileSystemEntries(output));
        await using var podman = new Podman();
        (await podman.ExecuteAsync(["load", "--quiet", "--input", archive], cancellationToken: Token)).EnsureSuccess();
        await AssertRunsAsync("team/greeter:1.0", podman);
    }

    [TestMethod]
    public async Task Podman_has_the_image_under_its_name()
    {
        await using var podman = new Podman();

        // No service's socket: the command is what this Podman answers to.
        var published = await Greeter.PublishAsync(
            ["-p:LocalRegistry=Podman", "-p:ContainerRepository=team/greeter", "-p:ContainerImageTag=1.0"],
            Token,
            [.. podman.Environment, new("DOCKER_HOST", null), new("CONTAINER_HOST", null), new("XDG_RUNTIME_DIR", directory.CreateDirectory("run"))]);

        Assert.AreEqual((await Greeter.ImageAsync()).LayerNames.Length.ToString(), (await podman.ExecuteAsync(
            ["image", "inspect", "--format", "{{len .RootFS.Layers}}", "team/greeter:1.0"], cancellationToken: Token)).EnsureSuccess().Output.Trim());
        Assert.StartsWith("team/greeter:1.0@sha256:", published["Reference"]);
        await AssertRunsAsync("team/greeter:1.0", podman);
    }

    private async Task AssertRunsAsync(string image)
    {
        await using var podman = new Podman();
        await AssertRunsAsync(image, podman);
    }

    private async Task AssertRunsAsync(string image, Podman podman)
    {
        var result = await podman.RunAsync(image, ["big", "world"], cancellationToken: Token);
        Assert.AreEqual("hello big world\n", result.EnsureSuccess().Output);
    }
}
