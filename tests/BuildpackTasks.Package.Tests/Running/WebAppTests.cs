using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>Web apps outside the repository, published with the packed package and run.</summary>
[TestClass]
public sealed class WebAppTests
{
    // It is its own client, too: there is no other program in the container that could be one.
    private const string Program = """
        if (args is ["get", var url])
        {
            using var client = new HttpClient();
            Console.WriteLine(await client.GetStringAsync(url));
            return;
        }

        var app = WebApplication.CreateBuilder(args).Build();
        app.UseStaticFiles();
        app.MapGet("/", () => System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription);
        app.MapGet("/user", () => File.ReadLines("/proc/self/status").First(line => line.StartsWith("Uid:")).Split('\t')[1]);
        app.Run();

        """;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow("net10.0", "InvariantGlobalization=true", "debian://trixie dotnet-runtime dotnet-runtime-aspnetcore apphost static app")]
    [DataRow("net10.0", "InvariantGlobalization=true;LauncherMode=Always", "debian://trixie dotnet-runtime dotnet-runtime-aspnetcore apphost static app Buildpacks Application Launcher Buildpacks Launcher Config Buildpacks Process Types")]
    [DataRow("net8.0", "InvariantGlobalization=true", "debian://trixie dotnet-runtime dotnet-runtime-aspnetcore apphost static app")]
    [DataRow("net10.0", $"InvariantGlobalization=true;{Publishing.SelfContained}", "debian://trixie runtime apphost static app")]
    public async Task A_web_app_answers_on_port_8080_from_a_read_only_image_as_a_user_without_rights(string framework, string properties, string layers)
    {
        using var project = await Publishing.CreateAsync(ProjectTemplate.Web, framework, properties);
        project.Write("Program.cs", Program);
        var (layout, image) = await Publishing.ToLayoutAsync(project, TestContext.CancellationToken);
        Assert.AreEqual(layers, string.Join(' ', image.LayerNames));
        await using var podman = new Podman();

        // A network of its own, so that nothing else is on the port.
        await using var container = await podman.StartAsync(
            $"oci:{layout}:latest", [], new RunOptions { Network = "none" }, TestContext.CancellationToken);
        var version = await GetAsync(container, "/");
        var style = await GetAsync(container, "/site.css");
        var user = await GetAsync(container, "/user");
        var readOnly = await container.InspectAsync("{{.HostConfig.ReadonlyRootfs}}", TestContext.CancellationToken);
        var exitCode = await container.StopAsync(TimeSpan.FromSeconds(10), TestContext.CancellationToken);

        Assert.StartsWith($".NET {framework["net".Length..^".0".Length]}.", version);
        Assert.AreEqual("body { color: green; }", style);
        Assert.AreEqual("1654", user);
        Assert.AreEqual("true", readOnly);
        Assert.AreEqual(0, exitCode);
        Assert.AreEqual("""{"8080/tcp":{}}""", image.Execution.GetProperty("ExposedPorts").GetRawText());
        var system = await image["debian://trixie"].PathsAsync(TestContext.CancellationToken);
        Assert.IsEmpty(system.Where(path => path.Contains("libicu", StringComparison.Ordinal)));
    }

    // Waits for the server to start, too.
    private async Task<string> GetAsync(Container container, string path)
    {
        for (var limit = DateTime.UtcNow.AddSeconds(30); ; await Task.Delay(100, TestContext.CancellationToken))
        {
            var result = await container.ExecuteAsync(["/app/App", "get", $"http://127.0.0.1:8080{path}"], TestContext.CancellationToken);
            if (result.ExitCode == 0)
            {
                return result.Output.Trim();
            }

            if (DateTime.UtcNow > limit)
            {
                Assert.Fail($"{result.All}\n{await container.LogsAsync(TestContext.CancellationToken)}");
            }
        }
    }
}
