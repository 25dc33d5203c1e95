using BuildpackTasks.Testing;

namespace BuildpackTasks.Oci.Tests;

/// <summary>What independent tools say of what is written here, and what is read of what they write.</summary>
[TestClass]
public sealed class OtherToolsTests : IDisposable
{
    private static readonly ImageReference Repository = ImageReference.Parse("shop/web");

    private readonly TemporaryDirectory directory = new();

    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    public void Dispose() => directory.Dispose();

    [TestMethod]
    public async Task Skopeo_umoci_and_oci_image_tool_accept_a_layout()
    {
        Image image = await CreateAsync("hello");
        string layout = directory.Combine("layout");
        await new OciLayoutStore(layout, Repository).WriteAsync(image, ["1.0"], null, Token);

        CommandResult raw = await ToolAsync("skopeo", "inspect", "--raw", $"oci:{layout}:1.0");
        Assert.AreEqual(image.Digest, Digest.Of(System.Text.Encoding.UTF8.GetBytes(raw.Output)));
        await ToolAsync("oci-image-tool", "validate", "--type", "image", layout);
        await ToolAsync("umoci", "unpack", "--rootless", "--image", $"{layout}:1.0", directory.Combine("bundle"));
        Assert.AreEqual("hello", await File.ReadAllTextAsync(Path.Join(directory.Combine("bundle"), "rootfs", "app", "greeting.txt"), Token));
    }

    [TestMethod]
    public async Task Copies_by_skopeo_between_layouts_and_archives_keep_the_digest_and_are_read_back()
    {
        Image image = await CreateAsync("hello");
        string layout = directory.Combine("layout"), archive = directory.Combine("archive.tar"), layoutCopy = directory.Combine("layout-copy"), archiveCopy = directory.Combine("archive-copy.tar");
        await new OciLayoutStore(layout).WriteAsync(image, ["1.0"], null, Token);
        await new OciArchiveStore(archive).WriteAsync(image, ["1.0"], null, Token);

        await ToolAsync("skopeo", "copy", "--preserve-digests", $"oci:{layout}:1.0", $"oci-archive:{archiveCopy}:1.0");
        await ToolAsync("skopeo", "copy", "--preserve-digests", $"oci-archive:{archive}:1.0", $"oci:{layoutCopy}:1.0");

        foreach (IImageStore store in new IImageStore[] { new OciLayoutStore(layoutCopy), new OciArchiveStore(archiveCopy), await ImageArchive.OpenAsync(archiveCopy, Token) })
        {
            await TestImages.AssertSameAsync(image, await store.ReadAsync("1.0", RunnableImage.Platform, Token));
        }
    }

    [TestMethod]
    public async Task An_image_with_docker_media_types_gets_those_of_oci_in_a_layout_and_in_an_archive()
    {
        Image image = await CreateAsync("hello");
        string layout = directory.Combine("layout"), archive = directory.Combine("archive.tar");
        await new OciLayoutStore(layout).WriteAsync(image.WithFormat(ImageFormat.Docker), ["1.0"], null, Token);
        await new OciArchiveStore(archive).WriteAsync(image.WithFormat(ImageFormat.Docker), ["1.0"], null, Token);

        foreach (string source in new[] { $"oci:{layout}:1.0", $"oci-archive:{archive}:1.0" })
        {
            CommandResult raw = await ToolAsync("skopeo", "inspect", "--raw", source);
            Assert.AreEqual(image.Digest, Digest.Of(System.Text.Encoding.UTF8.GetBytes(raw.Output)));
        }
    }

    [TestMethod]
    public async Task A_docker_archive_of_skopeo_is_read_with_plain_layers_and_the_same_config()
    {
        Image image = await CreateAsync("hello");
        string layout = directory.Combine("layout"), archive = directory.Combine("docker.tar");
        await new OciLayoutStore(layout).WriteAsync(image, ["1.0"], null, Token);
        await ToolAsync("skopeo", "copy", $"oci:{layout}:1.0", $"docker-archive:{archive}:shop/web:1.0");

        Image? read = await (await ImageArchive.OpenAsync(archive, Token)).ReadAsync("1.0", RunnableImage.Platform, Token);

        Assert.IsNotNull(read);
        CollectionAssert.AreEqual(image.Config.DiffIds.ToArray(), read.Config.DiffIds.ToArray());
        CollectionAssert.AreEqual(image.Config.DiffIds.ToArray(), read.Layers.Select(layer => layer.Descriptor.Digest).ToArray());
        foreach (ILayer layer in read.Layers)
        {
            Assert.AreEqual(MediaTypes.OciLayer, layer.Descriptor.MediaType);
            Assert.AreEqual(layer.DiffId, Digest.Of(await TestImages.ReadAllAsync(layer)));
        }
        Assert.IsNotNull(await new DockerArchiveStore(archive).ReadAsync("shop/web:1.0", RunnableImage.Platform, Token));
        Assert.IsNull(await new DockerArchiveStore(archive).ReadAsync("shop/other:1.0", RunnableImage.Platform, Token));
    }

    [TestMethod]
    public async Task A_docker_archive_is_copied_by_skopeo_with_the_same_config()
    {
        Image image = await CreateAsync("hello");
        string archive = directory.Combine("docker.tar"), layout = directory.Combine("layout");
        await new DockerArchiveStore(archive, Repository).WriteAsync(image, ["1.0", "latest"], null, Token);

        await ToolAsync("skopeo", "copy", $"docker-archive:{archive}:shop/web:latest", $"oci:{layout}:1.0");

        Image? copy = await new OciLayoutStore(layout).ReadAsync("1.0", RunnableImage.Platform, Token);
        Assert.IsNotNull(copy);
        CollectionAssert.AreEqual(image.Config.DiffIds.ToArray(), copy.Config.DiffIds.ToArray());
        CollectionAssert.AreEqual(image.Config.Entrypoint.ToArray(), copy.Config.Entrypoint.ToArray());
    }

    [TestMethod]
    public async Task Podman_loads_archives_of_both_kinds_under_their_name_and_runs_them()
    {
        Image image = await CreateAsync("hello from an archive");
        string docker = directory.Combine("docker.tar"), oci = directory.Combine("oci.tar");
        await new DockerArchiveStore(docker, Repository).WriteAsync(image, ["1.0"], null, Token);
        await new OciArchiveStore(oci, ImageReference.Parse("localhost:5000/shop/web")).WriteAsync(image, ["1.0"], null, Token);
        await using var podman = new Podman();

        (await podman.ExecuteAsync(["load", "-i", docker], cancellationToken: Token)).EnsureSuccess();
        (await podman.ExecuteAsync(["load", "-i", oci], cancellationToken: Token)).EnsureSuccess();

        foreach (string name in new[] { "shop/web:1.0", "localhost:5000/shop/web:1.0" })
        {
            CommandResult run = await podman.RunAsync(name, cancellationToken: Token);
            Assert.AreEqual("hello from an archive", run.EnsureSuccess().Output, run.All);
        }
    }

    [TestMethod]
    public async Task Podman_runs_a_layout_by_the_command_that_the_build_names()
    {
        Image image = await CreateAsync("hello from a layout");
        string layout = Path.Join(directory.Path, "bin", "Release", "image");
        await new OciLayoutStore(layout, Repository).WriteAsync(image, ["1.0"], null, Token);
        await using var podman = new Podman();

        string command = RunCommand.ForLayout(layout, "1.0", []);
        CommandResult run = await Command.RunAsync("sh", ["-c", command], environment: podman.Environment, cancellationToken: Token);

        Assert.AreEqual("hello from a layout", run.EnsureSuccess().Output, run.All);
    }

    private async Task<CommandResult> ToolAsync(string program, params string[] arguments) =>
        (await Command.RunAsync(program, arguments, cancellationToken: Token)).EnsureSuccess();

    private Task<Image> CreateAsync(string greeting) => RunnableImage.CreateAsync(greeting, directory.Combine("cache"), Token);
}
