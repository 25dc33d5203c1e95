using System.Text.Json.Nodes;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle.Tests;

[TestClass]
public sealed class LauncherTests
{
    private static IEnumerable<object[]> Cases => LauncherCase.All;

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public async Task An_image_gets_a_launcher_where_its_config_cannot_say_how_it_starts(LauncherCase item)
    {
        using var scenario = new LaunchScenario();
        var buildpack = new FakeBuildpack("acme/app") { Build = _ => item.Result };

        if ((string?)item.Json["error"] is { } message)
        {
            var error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => scenario.PublishAsync(item.Settings, LaunchScenario.Launcher, buildpack));
            Assert.AreEqual(message, $"{error.Code}: {error.Message}");
            return;
        }
        ExportedImage exported = await scenario.PublishAsync(item.Settings, LaunchScenario.Launcher, buildpack);
        Assert.AreEqual(item.Json["expect"] is null, !exported.Layers.Any(static layer => layer.Name == "launcher"));
        if (item.Json["expect"] is not { } reason) return;

        // Where there is no launcher, the message tells why one is needed.
        var missing = await Assert.ThrowsExactlyAsync<LifecycleException>(() => scenario.PublishAsync(item.Settings, null, buildpack));
        Assert.AreEqual(
            $"BPT2191: The image needs a launcher, since {(string?)reason}, and none that comes with this package runs on it: that needs the .NET of a framework-dependent app or of the run image. Set LauncherImage to a builder or lifecycle image, or LauncherMode to Never.",
            $"{missing.Code}: {missing.Message}");
    }

    [TestMethod]
    public async Task Without_a_launcher_the_config_says_what_the_layers_files_say()
    {
        using var scenario = new LaunchScenario();
        var buildpack = new FakeBuildpack("acme/app")
        {
            Build = static _ => new BuildResult
            {
                Environment = [new("A", "environment", EnvironmentAction.Override)],
                LaunchEnvironment = [new("PATH", "/layers/acme_app/x/bin", EnvironmentAction.Prepend, ":"), new("A", "launch", EnvironmentAction.Override), new("B", "launch", EnvironmentAction.Override)],
                ProcessEnvironment = new Dictionary<ProcessType, IReadOnlyList<EnvironmentVariable>> { [ProcessType.Parse("web")] = [new("C", "web", EnvironmentAction.Default)] },
                Processes = [new(ProcessType.Parse("web"), ["/app/Web"], [], Default: true)],
            },
        };

        ExportedImage exported = await scenario.PublishAsync(new ExportSettings { Environment = [new("B", "user", EnvironmentAction.Override)] }, LaunchScenario.Launcher, buildpack);

        Assert.AreEqual(
            "PATH=/layers/acme_app/x/bin:/usr/bin CNB_LAYERS_DIR=/layers CNB_APP_DIR=/app CNB_PLATFORM_API=0.12 A=launch B=user C=web",
            string.Join(' ', exported.Image.Config.Environment.Select(static variable => $"{variable.Key}={variable.Value}")));
    }

    [TestMethod]
    public async Task D10_with_a_launcher_the_search_path_begins_with_its_directories_and_the_layers_are_left_to_it()
    {
        using var scenario = new LaunchScenario();

        ExportedImage exported = await scenario.PublishAsync(new ExportSettings { Environment = [new("B", "user", EnvironmentAction.Override)], ExecutionEnvironment = "test" }, LaunchScenario.Launcher, Buildpack);

        Assert.AreEqual(
            "PATH=/cnb/process:/cnb/lifecycle:/usr/bin CNB_LAYERS_DIR=/layers CNB_APP_DIR=/app CNB_PLATFORM_API=0.15 CNB_DEPRECATION_MODE=quiet CNB_EXEC_ENV=test B=user",
            string.Join(' ', exported.Image.Config.Environment.Select(static variable => $"{variable.Key}={variable.Value}")));
        Assert.AreEqual("/app", exported.Image.Config.WorkingDirectory, "the launcher goes to the process' own directory");
    }

    [TestMethod]
    public async Task The_launchers_layers_are_the_topmost_in_the_references_order()
    {
        using var scenario = new LaunchScenario();

        ExportedImage exported = await scenario.PublishAsync(new ExportSettings { Processes = [new Process(ProcessType.Parse("job"), ["/app/Web"], ["now"])] }, LaunchScenario.Launcher, Buildpack);

        Assert.AreEqual("app, launcher, launcher config, process types", string.Join(", ", exported.Layers.Select(static layer => layer.Name)));
        Assert.AreEqual("""
            755 0:0 cnb/
            755 0:0 cnb/lifecycle/
            755 0:0 cnb/lifecycle/launcher = launch!

            """, await LayerReader.ListAsync(exported.Layers[1].Layer));
        Assert.AreEqual("""
            755 0:0 layers/
            755 0:0 layers/config/
            644 0:0 layers/config/metadata.toml = [[buildpacks]]
            id = "acme/app"
            version = "1.0.0"
            api = "0.12"

            [[buildpacks]]
            id = "buildpacktasks/project"
            version = "0"
            api = "0.12"

            [[processes]]
            type = "job"
            command = ["/app/Web"]
            args = ["now"]
            direct = true
            buildpack-id = "buildpacktasks/project"

            [[processes]]
            type = "web"
            command = ["/app/Web", "always"]
            args = ["maybe"]
            direct = true
            working-dir = "/srv"
            exec-env = ["production", "test"]
            buildpack-id = "acme/app"


            """, await LayerReader.ListAsync(exported.Layers[2].Layer));
        Assert.AreEqual("""
            755 0:0 cnb/
            755 0:0 cnb/process/
            777 0:0 cnb/process/job -> /cnb/lifecycle/launcher
            777 0:0 cnb/process/web -> /cnb/lifecycle/launcher

            """, await LayerReader.ListAsync(exported.Layers[3].Layer));
        Assert.AreEqual(
            "the base, Application Layer, Buildpacks Application Launcher, Buildpacks Launcher Config, Buildpacks Process Types",
            string.Join(", ", JsonNode.Parse(exported.Image.ConfigBytes.Span)!["history"]!.AsArray().Select(static entry => (string)entry!["created_by"]!)));
    }

    [TestMethod]
    public async Task D7_D8_the_labels_name_the_launchers_layers_and_the_execution_environment()
    {
        using var scenario = new LaunchScenario();

        ExportedImage exported = await scenario.PublishAsync(new ExportSettings(), LaunchScenario.Launcher, Buildpack);

        JsonNode layers = JsonNode.Parse(exported.Image.Config.Labels["io.buildpacks.lifecycle.metadata"])!;
        Digest[] diffIds = [.. exported.Layers.Select(static layer => layer.Layer.DiffId)];
        Assert.AreEqual(diffIds[0].ToString(), (string?)layers["app"]![0]!["sha"]);
        Assert.AreEqual(diffIds[1].ToString(), (string?)layers["launcher"]!["sha"]);
        Assert.AreEqual(diffIds[2].ToString(), (string?)layers["config"]!["sha"]);
        Assert.AreEqual(diffIds[3].ToString(), (string?)layers["process-types"]!["sha"]);
        Assert.AreEqual("production", (string?)layers["exec-env"]);
        Assert.AreEqual("production", exported.Image.Config.Labels["io.buildpacks.exec-env"]);
        Assert.AreEqual("""{"version":"1.2.3","source":{"git":{}}}""", JsonNode.Parse(exported.Image.Config.Labels["io.buildpacks.build.metadata"])!["launcher"]!.ToJsonString());
    }

    [TestMethod]
    public async Task D9_an_image_does_not_say_that_it_cannot_be_rebased()
    {
        using var scenario = new LaunchScenario();

        ExportedImage exported = await scenario.PublishAsync(new ExportSettings(), LaunchScenario.Launcher, Buildpack);

        Assert.IsFalse(exported.Image.Config.Labels.ContainsKey("io.buildpacks.rebasable"));
    }

    [TestMethod]
    [DataRow("", "/cnb/process/web | ")]
    [DataRow("default -d", "/cnb/process/web | -d")]
    [DataRow("stay -s", "/cnb/process/web | ")]
    [DataRow("command tool stay -s default -d", "/cnb/lifecycle/launcher -- tool -s | -d")]
    [DataRow("as DefaultArgs default -d", "/bin/base | /cnb/process/web -d")]
    [DataRow("as None", "/bin/base | base-argument")]
    public async Task The_launcher_is_the_entry_point_under_the_name_of_the_process(string set, string expected)
    {
        using var scenario = new LaunchScenario();
        var command = new ImageCommand();
        foreach (string[] pair in set.Split(' ', StringSplitOptions.RemoveEmptyEntries).Chunk(2))
        {
            command = pair[0] switch
            {
                "default" => command with { DefaultArguments = [pair[1]] },
                "stay" => command with { CommandArguments = [pair[1]] },
                "command" => command with { Command = [pair[1]] },
                _ => command with { Instruction = Enum.Parse<CommandInstruction>(pair[1]) },
            };
        }

        ImageConfig config = (await scenario.PublishAsync(new ExportSettings { Command = command }, LaunchScenario.Launcher, Buildpack)).Image.Config;

        Assert.AreEqual(expected, $"{string.Join(' ', config.Entrypoint)} | {string.Join(' ', config.Command)}");
    }

    [TestMethod]
    public async Task Without_a_default_process_the_launcher_itself_is_the_entry_point()
    {
        using var scenario = new LaunchScenario();
        var buildpack = new FakeBuildpack("acme/app") { Build = static _ => new BuildResult { Processes = [new(ProcessType.Parse("a"), ["/a"], []), new(ProcessType.Parse("b"), ["/b"], [])] } };

        ImageConfig config = (await scenario.PublishAsync(new ExportSettings { LauncherMode = LauncherMode.Always }, LaunchScenario.Launcher, buildpack)).Image.Config;

        Assert.AreEqual("/cnb/lifecycle/launcher", string.Join(' ', config.Entrypoint));
        Assert.IsEmpty(config.Command);
    }

    [TestMethod]
    public async Task A_process_for_another_execution_environment_is_not_the_default()
    {
        using var scenario = new LaunchScenario();
        var buildpack = new FakeBuildpack("acme/app")
        {
            Build = static _ => new BuildResult
            {
                Processes = [new(ProcessType.Parse("check"), ["/check"], [], Default: true) { ExecutionEnvironments = ["test"] }, new(ProcessType.Parse("web"), ["/web"], []) { ExecutionEnvironments = ["production", "development"] }],
            },
        };

        Assert.AreEqual("/web", (await scenario.PublishAsync(new ExportSettings(), LaunchScenario.Launcher, buildpack)).Image.Config.Entrypoint.Single());
        Assert.AreEqual("/check", (await scenario.PublishAsync(new ExportSettings { ExecutionEnvironment = "test" }, LaunchScenario.Launcher, buildpack)).Image.Config.Entrypoint.Single());
    }

    [TestMethod]
    public async Task A_shell_process_on_an_image_without_a_shell_is_an_error()
    {
        using var scenario = new LaunchScenario();
        var buildpack = new FakeBuildpack("acme/app") { Build = static _ => new BuildResult { Processes = [new(ProcessType.Parse("web"), ["echo hi"], [], Default: true) { Direct = false }] } };

        for (int time = 0; time < 2; time++)
        {
            var error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => scenario.PublishAsync(new ExportSettings(), LaunchScenario.Launcher, buildpack));
            Assert.AreEqual(
                "BPT2194: A shell starts the process 'web', and the image would have none: there is no /bin/bash in the run image 'registry.example.com/base:1' or in the layers. Set RunImage to one that has bash, or add the package to @(DebianPackage).",
                $"{error.Code}: {error.Message}");
        }
    }

    [TestMethod]
    public async Task A_shell_may_come_with_a_layer()
    {
        using var scenario = new LaunchScenario();
        var buildpack = new FakeBuildpack("acme/app")
        {
            Build = static _ => new BuildResult
            {
                Layers = [new BuildpackLayer { Name = LayerName.Parse("bash"), Entries = [LayerEntry.ForFile("usr/bin/bash", FileContent.FromBytes("#!"u8.ToArray()), LayerEntry.ExecutableMode)] }],
                Processes = [new(ProcessType.Parse("web"), ["echo hi"], [], Default: true) { Direct = false }],
            },
        };

        Assert.AreEqual("/cnb/process/web", (await scenario.PublishAsync(new ExportSettings(), LaunchScenario.Launcher, buildpack)).Image.Config.Entrypoint.Single());
    }

    private static FakeBuildpack Buildpack => new("acme/app")
    {
        Build = static _ => new BuildResult
        {
            LaunchEnvironment = [new("A", "launch", EnvironmentAction.Append, ":")],
            Processes = [new(ProcessType.Parse("web"), ["/app/Web", "always"], ["maybe"], Default: true, WorkingDirectory: "/srv") { ExecutionEnvironments = ["production", "test"] }],
        },
    };
}
