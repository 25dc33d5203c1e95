using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>The run image of the scenario has the entry point <c>/bin/base</c> and the command <c>base-argument</c>.</summary>
[TestClass]
public sealed class StartingTests
{
    [TestMethod]
    public async Task A_single_process_is_the_default_without_saying_so() =>
        Assert.AreEqual("/app/w -k | -a", await StartAsync([Process("web")], new ExportSettings()));

    [TestMethod]
    public async Task Without_a_process_the_run_images_command_stays() =>
        Assert.AreEqual("/bin/base | base-argument", await StartAsync([], new ExportSettings()));

    [TestMethod]
    public async Task The_process_that_is_marked_as_default_starts() =>
        Assert.AreEqual("/app/x | ", await StartAsync([Process("web"), new Process(ProcessType.Parse("x"), ["/app/x"], [], Default: true)], new ExportSettings()));

    [TestMethod]
    public async Task The_user_chooses_another_default() =>
        Assert.AreEqual("/app/x | ", await StartAsync([Process("web", true), new Process(ProcessType.Parse("x"), ["/app/x"], [])], new ExportSettings { DefaultProcess = ProcessType.Parse("x") }));

    [TestMethod]
    public async Task A_process_of_the_users_takes_the_place_of_the_buildpacks() =>
        Assert.AreEqual("/app/mine | ", await StartAsync([Process("web", true)], new ExportSettings { Processes = [new Process(ProcessType.Parse("web"), ["/app/mine"], [])] }));

    [TestMethod]
    public async Task A_default_process_of_the_users_starts() =>
        Assert.AreEqual("/app/mine | ", await StartAsync([Process("web", true)], new ExportSettings { Processes = [new Process(ProcessType.Parse("job"), ["/app/mine"], [], Default: true)] }));

    [TestMethod]
    public async Task The_users_command_is_executed_in_place_of_the_processes() =>
        Assert.AreEqual("tool -v | ", await StartAsync([Process("web")], new ExportSettings { Command = new ImageCommand { Command = ["tool"], CommandArguments = ["-v"] } }));

    [TestMethod]
    public async Task The_users_arguments_join_the_processes_command() =>
        Assert.AreEqual("/app/w -k -v | -d", await StartAsync([Process("web")], new ExportSettings { Command = new ImageCommand { CommandArguments = ["-v"], DefaultArguments = ["-d"] } }));

    [TestMethod]
    public async Task As_default_arguments_the_command_goes_after_the_run_images_entry_point() =>
        Assert.AreEqual("/bin/base | /app/w -k -v -a", await StartAsync([Process("web")], new ExportSettings { Command = new ImageCommand { Instruction = CommandInstruction.DefaultArgs, CommandArguments = ["-v"] } }));

    [TestMethod]
    public async Task With_the_instruction_None_the_run_images_command_stays() =>
        Assert.AreEqual("/bin/base | -d", await StartAsync([Process("web")], new ExportSettings { Command = new ImageCommand { Instruction = CommandInstruction.None, DefaultArguments = ["-d"] } }));

    [TestMethod]
    public async Task With_the_instruction_None_a_command_is_an_error() =>
        await AssertErrorAsync(
            "BPT2036: ContainerAppCommand and ContainerAppCommandArgs are set, and ContainerAppCommandInstruction is None, which leaves them unused. Remove the one or the other.",
            [Process("web")], new ExportSettings { Command = new ImageCommand { Instruction = CommandInstruction.None, Command = ["x"] } });

    [TestMethod]
    public async Task Arguments_without_any_command_are_an_error() =>
        await AssertErrorAsync(
            "BPT2037: ContainerAppCommandArgs is '-v', and there is no command that it could be for. Set ContainerAppCommand too.",
            [], new ExportSettings { Command = new ImageCommand { CommandArguments = ["-v"] } });

    [TestMethod]
    public async Task A_default_process_that_is_not_there_is_an_error() =>
        await AssertErrorAsync(
            "BPT2034: There is no process 'job' to start by default; there is web. Set ImageDefaultProcess to one of them.",
            [Process("web")], new ExportSettings { DefaultProcess = ProcessType.Parse("job") });

    [TestMethod]
    public async Task Several_processes_without_a_default_are_an_error() =>
        await AssertErrorAsync(
            "BPT2035: The image has the processes job, web, and none of them is the default. Set ImageDefaultProcess to one of them.",
            [Process("web"), Process("job")], new ExportSettings());

    [TestMethod]
    [DataRow("0/tcp")]
    [DataRow("65536/tcp")]
    [DataRow("80")]
    [DataRow("80/http")]
    public async Task A_port_that_is_none_is_an_error(string port) =>
        await AssertErrorAsync(
            $"BPT2037: ContainerPort is '{port}', which is not a port. Write a number from 1 to 65535 and tcp or udp, such as 8080/tcp.",
            [], new ExportSettings { Ports = [port] });

    [TestMethod]
    public async Task A_variable_without_a_name_is_an_error() =>
        await AssertErrorAsync(
            "BPT2037: ContainerEnvironmentVariable is 'A=B', which cannot be a variable's name. Write a name without '='.",
            [], new ExportSettings { Environment = [new("A=B", "", EnvironmentAction.Override)] });

    [TestMethod]
    public async Task A_process_starts_in_its_own_directory_where_it_has_one()
    {
        using var scenario = new Scenario();

        ExportedImage exported = await scenario.PublishAsync(new ExportSettings(), Buildpack([Process("web") with { WorkingDirectory = "/srv" }]));

        Assert.AreEqual("/srv", exported.Image.Config.WorkingDirectory);
    }

    [TestMethod]
    public async Task The_users_settings_win_over_the_buildpacks_and_those_over_the_run_images()
    {
        using var scenario = new Scenario();
        var buildpack = new FakeBuildpack("a")
        {
            Build = static _ => new BuildResult
            {
                Environment = [new("PATH", "/bp", EnvironmentAction.Append, ":"), new("A", "1", EnvironmentAction.Default), new("B", "2", EnvironmentAction.Override), new("L", "x", EnvironmentAction.Append, ",")],
                Labels = new Dictionary<string, string> { ["title"] = "buildpack", ["own"] = "buildpack" },
                Ports = ["80/tcp"],
            },
        };

        ExportedImage exported = await scenario.PublishAsync(
            new ExportSettings
            {
                User = "app:app",
                Environment = [new("A", "3", EnvironmentAction.Default), new("B", "4", EnvironmentAction.Override), new("PATH", "/user", EnvironmentAction.Prepend, ":"), new("L", "y", EnvironmentAction.Append, ",")],
                Labels = new Dictionary<string, string> { ["title"] = "user" },
                Ports = ["53/udp"],
                Created = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(2)),
            },
            buildpack);

        ImageConfig config = exported.Image.Config;
        Assert.AreEqual("PATH=/user:/usr/bin:/bp CNB_LAYERS_DIR=/layers CNB_APP_DIR=/app CNB_PLATFORM_API=0.12 A=1 B=4 L=x,y", string.Join(' ', config.Environment.Select(static variable => $"{variable.Key}={variable.Value}")));
        Assert.AreEqual(("user", "buildpack"), (config.Labels["title"], config.Labels["own"]));
        Assert.AreEqual("53/udp 80/tcp", string.Join(' ', config.ExposedPorts));
        Assert.AreEqual("app:app", config.User);
        Assert.AreEqual(new DateTimeOffset(2026, 1, 2, 1, 4, 5, TimeSpan.Zero), config.Created);
    }

    private static Process Process(string type, bool isDefault = false) => new(ProcessType.Parse(type), ["/app/w", "-k"], ["-a"], isDefault);

    private static FakeBuildpack Buildpack(IReadOnlyList<Process> processes) => new("a") { Build = _ => new BuildResult { Processes = processes } };

    private static async Task<string> StartAsync(IReadOnlyList<Process> processes, ExportSettings settings)
    {
        using var scenario = new Scenario();
        ImageConfig config = (await scenario.PublishAsync(settings, Buildpack(processes))).Image.Config;
        return $"{string.Join(' ', config.Entrypoint)} | {string.Join(' ', config.Command)}";
    }

    private static async Task AssertErrorAsync(string message, IReadOnlyList<Process> processes, ExportSettings settings)
    {
        using var scenario = new Scenario();
        var error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => scenario.PublishAsync(settings, Buildpack(processes)));
        Assert.AreEqual(message, $"{error.Code}: {error.Message}");
    }
}
