using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>Projects outside the repository that refer to the packed package, published and run.</summary>
[TestClass]
public sealed class NewProjectTests
{
    private const string SelfContained = "RuntimeIdentifier=linux-x64;SelfContained=true";

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow("net10.0", "")]
    [DataRow("net8.0", "")]
    [DataRow("net10.0", SelfContained)]
    public async Task A_web_app_answers_as_a_user_who_cannot_change_it(string framework, string properties)
    {
        using var project = await CreateAsync(ProjectTemplate.Web, framework, properties);
        var layout = project.Beside("layout");
        var published = await project.PublishImageAsync(Arguments($"-p:ImageLayoutPath={layout}"), cancellationToken: TestContext.CancellationToken);
        Assert.IsEmpty(published.Warnings, published.Command.All);
        Assert.HasCount(1, published.Images, published.Command.All);
        await using var podman = new Podman();
        var port = FreePort.Next();
        var options = new RunOptions { Environment = new Dictionary<string, string> { ["ASPNETCORE_HTTP_PORTS"] = $"{port}" } };

        await using var container = await podman.StartAsync($"oci:{layout}:latest", [], options, TestContext.CancellationToken);
        using var page = await container.WaitForHttpAsync(new Uri($"http://127.0.0.1:{port}/"), cancellationToken: TestContext.CancellationToken);
        using var style = await container.WaitForHttpAsync(new Uri($"http://127.0.0.1:{port}/site.css"), cancellationToken: TestContext.CancellationToken);
        var user = await container.InspectAsync("{{.Config.User}}", TestContext.CancellationToken);
        var exitCode = await container.StopAsync(cancellationToken: TestContext.CancellationToken);

        var major = framework["net".Length..framework.IndexOf('.', StringComparison.Ordinal)];
        Assert.StartsWith($".NET {major}.", await page.Content.ReadAsStringAsync(TestContext.CancellationToken));
        Assert.AreEqual("body { color: green; }\n", await style.Content.ReadAsStringAsync(TestContext.CancellationToken));
        Assert.StartsWith("1654", user);
        Assert.AreEqual(0, exitCode);
    }

    [TestMethod]
    public async Task A_worker_works_until_it_is_stopped()
    {
        using var project = await CreateAsync(ProjectTemplate.Worker, "net10.0", "");
        var layout = project.Beside("layout");
        var published = await project.PublishImageAsync(Arguments($"-p:ImageLayoutPath={layout}"), cancellationToken: TestContext.CancellationToken);
        published.Command.EnsureSuccess();
        await using var podman = new Podman();

        await using var container = await podman.StartAsync($"oci:{layout}:latest", cancellationToken: TestContext.CancellationToken);
        var log = "";
        for (var limit = DateTime.UtcNow.AddSeconds(30); !log.Contains("working", StringComparison.Ordinal) && DateTime.UtcNow < limit;)
        {
            await Task.Delay(100, TestContext.CancellationToken);
            log = await container.LogsAsync(TestContext.CancellationToken);
        }

        Assert.Contains("working", log);
        Assert.AreEqual(0, await container.StopAsync(cancellationToken: TestContext.CancellationToken));
    }

    [TestMethod]
    [DataRow(ProjectTemplate.Console, "net10.0", "")]
    [DataRow(ProjectTemplate.Console, "net9.0", "")]
    [DataRow(ProjectTemplate.Console, "net10.0", SelfContained)]
    [DataRow(ProjectTemplate.Console, "net10.0", $"{SelfContained};PublishTrimmed=true")]
    [DataRow(ProjectTemplate.Console, "net10.0", $"{SelfContained};PublishSingleFile=true")]
    [DataRow(ProjectTemplate.Console, "net10.0", "RuntimeIdentifier=linux-x64;SelfContained=false;PublishReadyToRun=true")]
    [DataRow(ProjectTemplate.FSharpConsole, "net10.0", "")]
    public async Task A_console_app_takes_arguments(ProjectTemplate template, string framework, string properties)
    {
        using var project = await CreateAsync(template, framework, properties);
        var layout = project.Beside("layout");
        var published = await project.PublishImageAsync(Arguments($"-p:ImageLayoutPath={layout}"), cancellationToken: TestContext.CancellationToken);
        Assert.IsEmpty(published.Warnings, published.Command.All);
        published.Command.EnsureSuccess();
        await using var podman = new Podman();

        var result = await podman.RunAsync($"oci:{layout}:latest", ["big", "world"], cancellationToken: TestContext.CancellationToken);

        Assert.AreEqual("hello big world\n", result.EnsureSuccess().Output);
    }

    [TestMethod]
    public async Task A_registry_has_the_image_under_the_digest_that_the_build_says()
    {
        await using var registry = await RegistryServer.StartAsync(cancellationToken: TestContext.CancellationToken);
        using var project = await CreateAsync(ProjectTemplate.Console, "net10.0", "");

        var published = await project.PublishImageAsync(
            Arguments($"-p:ContainerRegistry={registry.Host}", "-p:ContainerRepository=team/app", "-p:ContainerImageTag=1.0"),
            cancellationToken: TestContext.CancellationToken);
        var digest = published.Image["Digest"];
        await using var podman = new Podman();
        var result = await podman.RunAsync($"{registry.Host}/team/app@{digest}", ["there"], cancellationToken: TestContext.CancellationToken);
        var tagged = await Command.RunAsync(
            "skopeo", ["inspect", "--tls-verify=false", "--format", "{{.Digest}}", $"docker://{registry.Host}/team/app:1.0"], cancellationToken: TestContext.CancellationToken);

        Assert.AreEqual("hello there\n", result.EnsureSuccess().Output);
        Assert.AreEqual(digest, tagged.EnsureSuccess().Output.Trim());
    }

    // What every publish here has: no ICU, as the smallest images do.
    private static string[] Arguments(params string[] more) => ["-p:RunImage=debian://trixie", "-p:InvariantGlobalization=true", .. more];

    private static Task<SdkProject> CreateAsync(ProjectTemplate template, string framework, string properties) =>
        SdkProject.CreateAsync(template, new ProjectOptions
        {
            TargetFramework = framework,
            Properties = properties.Split(';', StringSplitOptions.RemoveEmptyEntries)
                .Select(property => property.Split('='))
                .ToDictionary(pair => pair[0], pair => pair[1]),
        });
}
