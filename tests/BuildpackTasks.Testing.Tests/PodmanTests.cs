namespace BuildpackTasks.Testing.Tests;

[TestClass]
public sealed class PodmanTests
{
    private const string Busybox = "/bin/busybox";

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task Runs_an_image_to_its_end_as_the_user_it_names()
    {
        using var directory = new TemporaryDirectory();
        var image = await BusyboxImageAsync(directory);
        await using var podman = new Podman();

        var result = await podman.RunAsync(
            image, ["sh", "-c", "id -u; touch /file"], new RunOptions { Entrypoint = Busybox }, TestContext.CancellationToken);

        Assert.AreEqual(1, result.ExitCode, result.All);
        Assert.AreEqual("1654", result.Output.Trim());
        Assert.Contains("Read-only file system", result.Error);
    }

    [TestMethod]
    public async Task Runs_an_image_from_a_registry_and_stops_it_with_SIGTERM()
    {
        using var directory = new TemporaryDirectory();
        var image = await BusyboxImageAsync(directory);
        await using var registry = await RegistryServer.StartAsync(cancellationToken: TestContext.CancellationToken);
        var copy = await Command.RunAsync(
            "skopeo", ["copy", "--dest-tls-verify=false", image, $"docker://{registry.Host}/busybox:1"], cancellationToken: TestContext.CancellationToken);
        copy.EnsureSuccess();
        await using var podman = new Podman();
        var port = FreePort.Next();
        var script = $"trap 'echo bye; exit 3' TERM; echo hi >/tmp/index.html; httpd -p 127.0.0.1:{port} -h /tmp; while :; do sleep 0.1; done";

        await using var container = await podman.StartAsync(
            $"{registry.Host}/busybox:1", ["sh", "-c", script], new RunOptions { Entrypoint = Busybox }, TestContext.CancellationToken);
        using var response = await container.WaitForHttpAsync(new Uri($"http://127.0.0.1:{port}/"), cancellationToken: TestContext.CancellationToken);
        var exitCode = await container.StopAsync(cancellationToken: TestContext.CancellationToken);

        Assert.AreEqual("hi\n", await response.Content.ReadAsStringAsync(TestContext.CancellationToken));
        Assert.AreEqual(3, exitCode);
        Assert.AreEqual("bye\n", await container.LogsAsync(TestContext.CancellationToken));
    }

    [TestMethod]
    public async Task Serves_the_API_of_an_engine_on_a_socket()
    {
        await using var podman = new Podman();

        var socket = await podman.StartServiceAsync(TestContext.CancellationToken);
        var version = await Command.RunAsync(
            "podman", ["--url", $"unix://{socket}", "version", "--format", "{{.Server.APIVersion}}"], cancellationToken: TestContext.CancellationToken);

        Assert.MatchesRegex(@"^\d+\.\d+", version.EnsureSuccess().Output);
    }

    [TestMethod]
    public async Task Ends_its_containers_when_it_is_disposed()
    {
        using var directory = new TemporaryDirectory();
        var image = await BusyboxImageAsync(directory);
        var podman = new Podman();
        var container = await podman.StartAsync(image, ["sleep", "600"], new RunOptions { Entrypoint = Busybox }, TestContext.CancellationToken);
        var pid = int.Parse(await container.InspectAsync("{{.State.Pid}}", TestContext.CancellationToken));
        Assert.IsTrue(Directory.Exists($"/proc/{pid}"));

        await podman.DisposeAsync();

        Assert.IsFalse(Directory.Exists($"/proc/{pid}"));
    }

    private async Task<string> BusyboxImageAsync(TemporaryDirectory directory)
    {
        var root = directory.CreateDirectory("root");
        Directory.CreateDirectory(Path.Combine(root, "bin"));
        File.Copy(Tool.Require("busybox"), Path.Combine(root, "bin", "busybox"));
        var layout = directory.Combine("Layout");
        string[][] commands =
        [
            ["init", "--layout", layout],
            ["new", "--image", $"{layout}:1"],
            ["insert", "--rootless", "--image", $"{layout}:1", root, "/"],
            ["config", "--image", $"{layout}:1", "--config.entrypoint", Busybox, "--config.user", "1654:1654"],
        ];
        foreach (var command in commands)
        {
            (await Command.RunAsync("umoci", command, cancellationToken: TestContext.CancellationToken)).EnsureSuccess();
        }

        return $"oci:{layout}:1";
    }
}
