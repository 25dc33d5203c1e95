using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>Images with the launcher of this package: a .NET app on a runtime layer, beside what a buildpack adds in bash.</summary>
[TestClass]
public sealed class LauncherTests
{
    private const string App = """
        using System.Runtime.InteropServices;
        Console.WriteLine($"{Environment.ProcessId} [{string.Join("][", args)}] MODE={Environment.GetEnvironmentVariable("MODE")} OPTIONS={Environment.GetEnvironmentVariable("OPTIONS")} PORT={Environment.GetEnvironmentVariable("PORT")} CNB={Environment.GetEnvironmentVariable("CNB_PLATFORM_API")}");
        if (args is ["wait"])
        {
            var ended = new TaskCompletionSource();
            using var registration = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => { context.Cancel = true; ended.SetResult(); });
            Console.WriteLine("waiting");
            await ended.Task;
            Console.WriteLine("asked to end");
            return 5;
        }
        return 0;

        """;

    private const string Build = """
        set -eu
        layer=$CNB_LAYERS_DIR/port
        mkdir -p "$layer/exec.d" "$layer/env" "$layer/env.launch/worker"
        printf '#!/bin/bash\necho "PORT = \\"$((8000 + ${OFFSET:-80}))\\"" >&3\n' >"$layer/exec.d/10-port"
        chmod 755 "$layer/exec.d/10-port"
        printf buildpack >"$layer/env/MODE.override"
        printf +agent >"$layer/env/OPTIONS.append"
        printf worker >"$layer/env.launch/worker/MODE"
        printf '[types]\nlaunch = true\n' >"$layer.toml"
        printf '[[processes]]\ntype = "worker"\ncommand = ["bash", "-c", "echo $$ $MODE $PORT $0 $PWD; exit 7"]\nargs = ["default"]\nworking-dir = "/tmp"\n' >"$CNB_LAYERS_DIR/launch.toml"
        """;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task Processes_commands_arguments_environment_signals_and_exit_codes_are_as_specified()
    {
        using SdkProject project = await CreateAsync("");
        string layout = project.Beside("layout");
        PublishResult published = await project.PublishImageAsync(Publishing.OnDebian($"-p:ImageLayoutPath={layout}"), cancellationToken: TestContext.CancellationToken);
        Assert.AreEqual(0, published.Command.ExitCode, published.Command.All);
        ImageInLayout image = await ImageInLayout.ReadAsync(layout, TestContext.CancellationToken);
        Assert.AreEqual("""["/cnb/process/app"]""", image.Execution.GetProperty("Entrypoint").GetRawText());
        await using var podman = new Podman();
        string name = await podman.LoadAsync($"oci:{layout}:latest", TestContext.CancellationToken);

        async Task<string> RunAsync(string? entrypoint, string[] arguments, int exitCode = 0, params (string Name, string Value)[] environment)
        {
            // With a read-only root and a user that the image does not know.
            var options = new RunOptions { Entrypoint = entrypoint, User = "12345:12345", Environment = environment.ToDictionary(static variable => variable.Name, static variable => variable.Value) };
            CommandResult result = await podman.RunAsync(name, arguments, options, TestContext.CancellationToken);
            Assert.AreEqual(exitCode, result.ExitCode, result.All);
            return result.Output.TrimEnd('\n');
        }

        Assert.AreEqual("1 [] MODE=buildpack OPTIONS=+agent PORT=8080 CNB=", await RunAsync(null, []));
        Assert.AreEqual("1 [a b][c] MODE=buildpack OPTIONS=user+agent PORT=8001 CNB=", await RunAsync(null, ["a b", "c"], 0, ("MODE", "user"), ("OPTIONS", "user"), ("OFFSET", "1")));
        Assert.AreEqual("1 worker 8080 default /tmp", await RunAsync("worker", [], 7));
        Assert.AreEqual("1 worker 8080 mine /tmp", await RunAsync("/cnb/process/worker", ["mine"], 7));
        Assert.AreEqual("1 [x] MODE=buildpack OPTIONS=+agent PORT=8080 CNB=", await RunAsync("launcher", ["--", "/app/App", "x"]));
        Assert.AreEqual("buildpack 3", await RunAsync("launcher", ["echo $MODE $((1 + 2))"]));

        await using Container container = await podman.StartAsync(name, ["wait"], cancellationToken: TestContext.CancellationToken);
        for (int time = 0; time < 300 && !(await container.LogsAsync(TestContext.CancellationToken)).Contains("waiting", StringComparison.Ordinal); time++) await Task.Delay(100, TestContext.CancellationToken);
        Assert.AreEqual(5, await container.StopAsync(cancellationToken: TestContext.CancellationToken));
        StringAssert.Contains(await container.LogsAsync(TestContext.CancellationToken), "asked to end");
    }

    [TestMethod]
    public async Task What_cannot_start_is_refused_when_the_image_is_made()
    {
        using SdkProject project = await CreateAsync("");

        PublishResult never = await project.PublishImageAsync(Publishing.OnDebian($"-p:ImageLayoutPath={project.Beside("never")}", "-p:LauncherMode=Never"), cancellationToken: TestContext.CancellationToken);
        Assert.AreEqual(1, never.Command.ExitCode);
        Assert.Contains("error BPT2190: LauncherMode is Never, and the image cannot start without a launcher: the buildpack acme/port@1.2.3: the layer 'port' has programs in exec.d.", never.Command.All);

        PublishResult alone = await project.PublishImageAsync(Publishing.OnDebian($"-p:ImageLayoutPath={project.Beside("alone")}", "--self-contained"), cancellationToken: TestContext.CancellationToken);
        Assert.AreEqual(1, alone.Command.ExitCode);
        Assert.Contains("error BPT2191: The image needs a launcher, since the buildpack acme/port@1.2.3: the layer 'port' has programs in exec.d, and none", alone.Command.All);

        PublishResult wrong = await project.PublishImageAsync(Publishing.OnDebian($"-p:ImageLayoutPath={project.Beside("wrong")}", "-p:LauncherMode=Sometimes"), cancellationToken: TestContext.CancellationToken);
        Assert.Contains("error BPT5014: The property LauncherMode is 'Sometimes'; it must be one of Auto, Always, Never.", wrong.Command.All);
        Assert.IsFalse(Directory.Exists(project.Beside("never")) || Directory.Exists(project.Beside("alone")) || Directory.Exists(project.Beside("wrong")));
    }

    [TestMethod]
    public async Task An_app_alone_starts_with_a_launcher_where_the_project_wants_one()
    {
        using SdkProject project = await SdkProject.CreateAsync(ProjectTemplate.Console, new ProjectOptions
        {
            Properties = new Dictionary<string, string>
            {
                ["InvariantGlobalization"] = "true",
                ["LauncherMode"] = "Always",
                ["PublishRepositoryUrl"] = "true",
                ["PrivateRepositoryUrl"] = "https://example.com/plants",
                ["SourceRevisionId"] = "0123abc",
            },
        });
        project.Write("Program.cs", App);

        (string layout, ImageInLayout image) = await Publishing.ToLayoutAsync(project, TestContext.CancellationToken);

        Assert.AreEqual("debian://trixie dotnet-runtime apphost app Buildpacks Application Launcher Buildpacks Launcher Config Buildpacks Process Types", string.Join(' ', image.LayerNames));
        Assert.AreEqual(
            """{"source":{"metadata":{"repository":"https://example.com/plants","revision":"0123abc"},"type":"git","version":{"commit":"0123abc"}}}""",
            image.Execution.GetProperty("Labels").GetProperty("io.buildpacks.project.metadata").GetString());
        await using var podman = new Podman();
        CommandResult run = await podman.RunAsync($"oci:{layout}:latest", ["x"], cancellationToken: TestContext.CancellationToken);
        Assert.AreEqual("1 [x] MODE= OPTIONS= PORT= CNB=\n", run.EnsureSuccess().Output);
    }

    [TestMethod]
    public async Task The_launcher_of_another_image_is_put_in_unchanged()
    {
        using SdkProject project = await CreateAsync("");
        // No registry that tests may use has a real builder image: this one's launcher shows what it would be told.
        string builder = project.Beside("builder");
        foreach (string[] step in (string[][])
        [
            ["init", "--layout", builder],
            ["new", "--image", $"{builder}:latest"],
            ["insert", "--rootless", "--image", $"{builder}:latest", "/usr/bin/printenv", "/cnb/lifecycle/launcher"],
            ["config", "--image", $"{builder}:latest", "--config.label", """io.buildpacks.lifecycle.apis={"platform":{"supported":["0.13","0.14"]}}"""],
        ])
        {
            (await Command.RunAsync("umoci", step, cancellationToken: TestContext.CancellationToken)).EnsureSuccess();
        }

        string layout = project.Beside("layout");
        PublishResult published = await project.PublishImageAsync(Publishing.OnDebian($"-p:ImageLayoutPath={layout}", "--self-contained", $"-p:LauncherImage=oci:{builder}:latest"), cancellationToken: TestContext.CancellationToken);
        Assert.AreEqual(0, published.Command.ExitCode, published.Command.All);

        await using var podman = new Podman();
        CommandResult run = await podman.RunAsync($"oci:{layout}:latest", ["CNB_PLATFORM_API", "CNB_LAYERS_DIR", "CNB_APP_DIR", "CNB_DEPRECATION_MODE", "PATH"], cancellationToken: TestContext.CancellationToken);
        Assert.AreEqual("0.14\n/layers\n/app\nquiet\n/cnb/process:/cnb/lifecycle:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n", run.EnsureSuccess().Output);

        PublishResult lost = await project.PublishImageAsync(Publishing.OnDebian($"-p:ImageLayoutPath={layout}", $"-p:LauncherImage=oci:{builder}:other"), cancellationToken: TestContext.CancellationToken);
        Assert.AreEqual(1, lost.Command.ExitCode);
        Assert.MatchesRegex("error BPT5024: The image 'oci:.*' does not exist\\. Set LauncherImage to a builder or lifecycle image for linux/amd64", lost.Command.All);
    }

    private static async Task<SdkProject> CreateAsync(string more)
    {
        SdkProject project = await SdkProject.CreateAsync(ProjectTemplate.Console, new ProjectOptions
        {
            More = $"""<PropertyGroup><InvariantGlobalization>true</InvariantGlobalization></PropertyGroup><ItemGroup><Buildpack Include="buildpacks/port" /><DebianPackage Include="bash" />{more}</ItemGroup>""",
        });
        project.Write("Program.cs", App);
        BashBuildpack.Write(project.Beside("App/buildpacks/port"), "acme/port", "exit 0", Build);
        return project;
    }
}
