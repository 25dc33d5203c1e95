using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>Destinations that cannot be written.</summary>
[TestClass]
public sealed class DestinationTests
{
    private const string NoLayout = "-p:ImageLayoutPath=";

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task A_registry_that_is_down_is_named_before_anything_is_made()
    {
        var host = $"localhost:{FreePort.Next()}";

        var refused = await PublishAsync(NoLayout, $"-p:ContainerRegistry={host}");

        refused.AssertRefused($"BPT1102: The registry at '{host}' cannot be reached: Connection refused. Check that it runs, its name and port, and the machine's network and proxy.");
        Assert.DoesNotContain("reused", refused.Command.Output);
    }

    [TestMethod]
    public async Task Credentials_that_a_registry_refuses_are_one_line_without_the_password()
    {
        await using var registry = await RegistryServer.StartAsync(new RegistryOptions { User = "ann", Password = "right" }, TestContext.CancellationToken);

        var refused = await SharedProject.Console.PublishImageAsync(
            [NoLayout, $"-p:ContainerRegistry={registry.Host}"],
            TestContext.CancellationToken,
            new Dictionary<string, string?> { ["DOTNET_CONTAINER_REGISTRY_UNAME"] = "ann", ["DOTNET_CONTAINER_REGISTRY_PWORD"] = "wrong-canary" });

        var error = string.Join('\n', refused.Errors);
        Assert.StartsWith("BPT1106: ", error, refused.Command.All);
        Assert.Contains($"{registry.Host}/greeter", error);
        Assert.Contains("DOTNET_CONTAINER_REGISTRY_PWORD", error);
        Assert.DoesNotContain("wrong-canary", refused.Command.All);
        refused.AssertRefused(error);
    }

    [TestMethod]
    [DataRow("Docker", "BPT1240: Docker does not answer. Start it, or set ContainerRegistry, ContainerArchiveOutputPath or ImageLayoutPath to write the image elsewhere.")]
    [DataRow("Rocket", "BPT5014: The property LocalRegistry is 'Rocket'; it must be one of Docker, Podman.")]
    public async Task An_engine_that_does_not_run_is_named_before_anything_is_made(string engine, string error)
    {
        var refused = await PublishAsync(NoLayout, $"-p:LocalRegistry={engine}");

        refused.AssertRefused(error);
        Assert.DoesNotContain(" on scratch", refused.Command.Output);
    }

    [TestMethod]
    public async Task A_file_where_the_layout_should_be_stays_as_it_is()
    {
        using var directory = new TemporaryDirectory();
        var file = directory.Write("file", "mine");

        var refused = await PublishAsync($"-p:ImageLayoutPath={file}");

        refused.AssertRefused($"BPT1208: The image cannot be written to '{file}': it is a file. Nothing was changed; make room, or choose another place.");
        Assert.AreEqual("mine", await File.ReadAllTextAsync(file, TestContext.CancellationToken));
    }

    [TestMethod]
    public async Task A_layout_on_a_full_disk_is_one_line_and_leaves_nothing()
    {
        using var directory = new TemporaryDirectory();
        var disk = directory.CreateDirectory("disk");
        (await SharedProject.Console.PublishImageAsync([], TestContext.CancellationToken)).Command.EnsureSuccess();

        var refused = await SharedProject.Console.RunOnSmallDiskAsync(disk, $"-p:ImageLayoutPath={disk}/layout", TestContext.CancellationToken);

        var error = string.Join('\n', refused.Errors);
        Assert.StartsWith($"BPT1208: The image cannot be written to '{disk}/layout': No space left on device", error, refused.Command.All);
        Assert.EndsWith("Nothing was changed; make room, or choose another place.", error);
        Assert.Contains("left on the disk: 0", refused.Lines, refused.Command.All);
        refused.AssertRefused(error);
    }

    [TestMethod]
    public async Task A_cache_on_a_full_disk_is_one_line_and_keeps_only_what_is_whole()
    {
        using var directory = new TemporaryDirectory();
        var disk = directory.CreateDirectory("disk");

        var refused = await SharedProject.Console.RunOnSmallDiskAsync(disk, $"-p:ImageCacheDirectory={disk}", TestContext.CancellationToken);

        refused.AssertRefused($"BPT1013: There is no space left for the layer cache in '{disk}'. Free some, or set ImageCacheDirectory to a directory with more or ImageCacheMaxSize to a smaller size.");
        Assert.Contains("temporary files: 0", refused.Lines, refused.Command.All);
    }

    private Task<SharedResult> PublishAsync(params string[] arguments) => SharedProject.Console.PublishImageAsync(arguments, TestContext.CancellationToken);
}
