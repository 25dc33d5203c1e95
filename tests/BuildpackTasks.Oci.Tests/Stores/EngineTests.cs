using BuildpackTasks.Testing;

namespace BuildpackTasks.Oci.Tests;

[TestClass]
public sealed class EngineTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    public void Dispose() => directory.Dispose();

    [TestMethod]
    [DataRow("DOCKER_HOST")]
    [DataRow("CONTAINER_HOST")]
    public async Task An_image_is_loaded_through_the_api_of_a_service_and_runs(string variable)
    {
        await using var podman = new Podman();
        string socket = await podman.StartServiceAsync(Token);
        // Without a PATH there is no command: what answers is the service.
        Dictionary<string, string> environment = Nowhere();
        environment[variable] = $"unix://{socket}";

        ContainerEngine engine = await ContainerEngine.RequireAsync(null, environment, Token);
        await LoadAsync(engine, "hello from the service");

        Assert.AreEqual("Podman", engine.Name);
        CommandResult run = await podman.RunAsync("shop/web:1.0", cancellationToken: Token);
        Assert.AreEqual("hello from the service", run.EnsureSuccess().Output, run.All);
    }

    [TestMethod]
    [DataRow("web")]
    [DataRow("shop/web")]
    [DataRow("localhost:5000/shop/web")]
    public async Task An_image_is_loaded_through_the_command_and_runs_by_the_command_that_the_build_names(string repository)
    {
        await using var podman = new Podman();
        Dictionary<string, string> environment = Environment(podman);

        ContainerEngine engine = await ContainerEngine.RequireAsync(ContainerEngineKind.Podman, environment, Token);
        await LoadAsync(engine, "hello from the command", repository: repository);

        string command = RunCommand.ForEngine(engine.Kind, ImageReference.Parse(repository + ":1.0"), []);
        CommandResult run = await Command.RunAsync("sh", ["-c", command], environment: podman.Environment, cancellationToken: Token);
        Assert.AreEqual("hello from the command", run.EnsureSuccess().Output, run.All);
    }

    [TestMethod]
    public async Task Without_an_engine_there_is_none()
    {
        Assert.IsNull(await ContainerEngine.FindAsync(null, Nowhere(), Token));
        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => ContainerEngine.RequireAsync(ContainerEngineKind.Docker, Nowhere(), Token));
        Assert.AreEqual("BPT1240", error.Code);
        Assert.AreEqual("Docker does not answer. Start it, or set ContainerRegistry, ContainerArchiveOutputPath or ImageLayoutPath to write the image elsewhere.", error.Message);
    }

    [TestMethod]
    public async Task A_service_of_the_other_engine_does_not_count()
    {
        await using var podman = new Podman();
        Dictionary<string, string> environment = Nowhere();
        environment["DOCKER_HOST"] = $"unix://{await podman.StartServiceAsync(Token)}";

        Assert.IsNull(await ContainerEngine.FindAsync(ContainerEngineKind.Docker, environment, Token));
    }

    [TestMethod]
    public async Task A_command_that_does_not_answer_is_ended_and_passed_over()
    {
        string marker = directory.Combine("pid");
        Dictionary<string, string> environment = Nowhere();
        environment["PATH"] = Script("docker", $"echo $$ >'{marker}'; exec sleep 600");

        Assert.IsNull(await ContainerEngine.FindAsync(null, environment, Token));

        Assert.IsFalse(Directory.Exists($"/proc/{(await File.ReadAllTextAsync(marker, Token)).Trim()}"));
    }

    [TestMethod]
    public async Task What_a_command_complains_about_is_told_in_one_line()
    {
        Dictionary<string, string> environment = Nowhere();
        environment["PATH"] = Script("docker", "if [ \"$1\" = load ]; then echo 'no space' >&2; echo 'left on device' >&2; exit 125; fi");
        ContainerEngine engine = await ContainerEngine.RequireAsync(ContainerEngineKind.Docker, environment, Token);

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => LoadAsync(engine, "hello"));

        Assert.AreEqual("BPT1241", error.Code);
        Assert.AreEqual($"The container engine at '{directory.Combine("bin/docker")}' did not load the image: no space left on device. Correct what it complains about, or write the image elsewhere (ImageLayoutPath).", error.Message);
    }

    [TestMethod]
    public async Task A_service_that_refuses_is_an_error_with_its_message()
    {
        await using var podman = new Podman();
        Dictionary<string, string> environment = Nowhere();
        environment["DOCKER_HOST"] = $"unix://{await podman.StartServiceAsync(Token)}";
        ContainerEngine engine = await ContainerEngine.RequireAsync(null, environment, Token);
        // The config promises another layer than there is.
        TestLayer layer = TestLayer.Create(("a", "b"));
        var store = new EngineStore(engine, ImageReference.Parse("shop/web"));
        Image image = Image.Empty(RunnableImage.Platform).Append(new OtherDiffId(layer));

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => store.WriteAsync(image, ["1.0"], null, Token));

        Assert.AreEqual("BPT1241", error.Code);
        Assert.IsFalse(error.Message.Contains('\n', StringComparison.Ordinal));
        CommandResult images = await podman.ExecuteAsync(["images", "--quiet"], cancellationToken: Token);
        Assert.AreEqual("", images.EnsureSuccess().Output);
    }

    [TestMethod]
    public async Task A_layer_that_cannot_be_read_is_its_own_error_and_loads_nothing()
    {
        await using var podman = new Podman();
        Dictionary<string, string> service = Nowhere();
        service["DOCKER_HOST"] = $"unix://{await podman.StartServiceAsync(Token)}";
        foreach (Dictionary<string, string> environment in new[] { service, Environment(podman) })
        {
            ContainerEngine engine = await ContainerEngine.RequireAsync(null, environment, Token);
            Image image = Image.Empty(RunnableImage.Platform).Append(TestLayer.Failing(() => OciErrorOf("sha256:x")));

            OciException error = await Assert.ThrowsExactlyAsync<OciException>(() =>
                new EngineStore(engine, ImageReference.Parse("shop/web")).WriteAsync(image, ["1.0"], null, Token));

            Assert.AreEqual("BPT1001", error.Code);
        }
        Assert.AreEqual("", (await podman.ExecuteAsync(["images", "--quiet"], cancellationToken: Token)).EnsureSuccess().Output);
    }

    [TestMethod]
    public async Task Cancelling_ends_the_command()
    {
        string marker = directory.Combine("pid");
        Dictionary<string, string> environment = Nowhere();
        environment["PATH"] = Script("docker", $"if [ \"$1\" = load ]; then echo $$ >'{marker}.new'; mv '{marker}.new' '{marker}'; exec sleep 600; fi");
        ContainerEngine engine = await ContainerEngine.RequireAsync(ContainerEngineKind.Docker, environment, Token);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Task load = LoadAsync(engine, "hello", cancellation.Token);
        while (!File.Exists(marker)) await Task.Delay(20, Token);

        await cancellation.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => load);
        Assert.IsFalse(Directory.Exists($"/proc/{(await File.ReadAllTextAsync(marker, Token)).Trim()}"));
    }

    [TestMethod]
    public async Task Reading_from_an_engine_says_what_to_do_instead()
    {
        Dictionary<string, string> environment = Nowhere();
        environment["PATH"] = Script("docker", "exit 0");
        var store = new EngineStore(await ContainerEngine.RequireAsync(null, environment, Token), ImageReference.Parse("shop/web"));

        OciException error = await Assert.ThrowsExactlyAsync<OciException>(() => store.ReadAsync(null, RunnableImage.Platform, Token));

        Assert.AreEqual("BPT1243", error.Code);
    }

    private static OciException OciErrorOf(string digest) => Assert.ThrowsExactly<OciException>(() => Digest.Parse(digest));

    private async Task LoadAsync(ContainerEngine engine, string greeting, CancellationToken? token = null, string repository = "shop/web")
    {
        Image image = await RunnableImage.CreateAsync(greeting, directory.Combine("cache"), Token);
        await new EngineStore(engine, ImageReference.Parse(repository)).WriteAsync(image, ["1.0"], null, token ?? Token);
    }

    // An environment in which no engine of the machine is found: the tests are about those that they make.
    private static Dictionary<string, string> Nowhere() => new()
    {
        ["DOCKER_HOST"] = "unix:///nowhere/docker.sock",
        ["CONTAINER_HOST"] = "unix:///nowhere/podman.sock",
        ["PATH"] = "/nowhere",
    };

    private static Dictionary<string, string> Environment(Podman podman)
    {
        Dictionary<string, string> environment = Nowhere();
        environment.Remove("CONTAINER_HOST");
        environment["PATH"] = $"{Path.GetDirectoryName(Tool.Require("podman"))}:/usr/bin:/bin:/usr/sbin:/sbin";
        environment["HOME"] = System.Environment.GetEnvironmentVariable("HOME") ?? "/";
        foreach ((string name, string? value) in podman.Environment) environment[name] = value!;
        return environment;
    }

    private string Script(string name, string content)
    {
        string path = Path.Combine(directory.Path, "bin", name);
        BuildpackTasks.Testing.Script.Write(path, content);
        return $"{Path.GetDirectoryName(path)}:/usr/bin:/bin";
    }

    private sealed class OtherDiffId(ILayer layer) : ILayer
    {
        public Descriptor Descriptor => layer.Descriptor;

        public Digest DiffId { get; } = Digest.Of([1]);

        public ImageReference? Source => null;

        public Task<Stream> OpenAsync(CancellationToken cancellationToken) => layer.OpenAsync(cancellationToken);
    }
}
