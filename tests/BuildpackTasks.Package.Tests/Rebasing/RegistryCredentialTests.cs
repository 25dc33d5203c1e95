using System.Text.Json.Nodes;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>
/// Which registries get to see the credentials of environment variables. One registry is two here: <c>localhost</c>, which images name
/// as their run image's, and <c>127.0.0.1</c>.
/// </summary>
[TestClass]
public sealed class RegistryCredentialTests
{
    private static readonly RegistryOptions Closed = new() { User = "ops", Password = "right" };

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    public async Task A_registry_that_only_a_label_names_sees_no_password_when_an_image_is_inspected()
    {
        await using var registry = await RegistryServer.StartAsync(Closed, Token);
        string name = GeneratedFleet.Create(registry, new FleetShape(1)).Names[0];
        using var operations = await OperationsDirectory.CreateAsync();
        string[] arguments = ["msbuild", "-nologo", "-v:minimal", "-t:InspectImage", "-p:InspectOutput=-", "-p:InspectPackages=false"];

        var asked = await operations.RunAsync([.. arguments, $"-p:Image={Elsewhere(name)}"], Token, Variables(operations, "PULL_"));
        var named = await operations.RunAsync([.. arguments, $"-p:Image={name}"], Token, Variables(operations, "PULL_"));

        JsonNode news = Newer(asked);
        Assert.AreEqual("unknown", (string?)news["answer"]);
        Assert.StartsWith($"BPT1106: The registry does not let {registry.Host}/os/base be used", (string)news["reason"]!);
        Assert.AreEqual("no", (string?)Newer(named)["answer"]);
    }

    [TestMethod]
    public async Task A_registry_that_only_a_label_names_sees_no_password_when_an_image_is_rebased()
    {
        await using var registry = await RegistryServer.StartAsync(Closed, Token);
        var fleet = GeneratedFleet.Create(registry, new FleetShape(1));
        fleet.MoveRunImage(2);
        using var operations = await OperationsDirectory.CreateAsync();
        string[] arguments = ["msbuild", "-nologo", "-nodeReuse:false", "-t:RebaseImage", "-p:RebaseLayers=RunImage", "-p:DryRun=true", $"-p:Image={Elsewhere(fleet.Names[0])}"];

        var asked = await operations.RunAsync(arguments, Token, Variables(operations, "PULL_"));
        var named = await operations.RunAsync([.. arguments, $"-p:RunImage={fleet.RunImage}"], Token, Variables(operations, "PULL_"));

        Assert.Contains($"The registry does not let {registry.Host}/os/base be used", asked.Output);
        Assert.Contains("error BPT1106: ", asked.Output);
        Assert.Contains("1 would be rebased", named.EnsureSuccess().Output);
    }

    [TestMethod]
    public async Task A_list_in_one_registry_is_rebased_and_rolled_back_with_the_password_for_it()
    {
        await using var registry = await RegistryServer.StartAsync(Closed, Token);
        var fleet = GeneratedFleet.Create(registry, new FleetShape(2));
        fleet.MoveRunImage(2);
        using var operations = await OperationsDirectory.CreateAsync();
        string list = operations.Beside("fleet.txt"), back = $"-p:RollbackFile={operations.Beside("back.jsonl")}";
        await File.WriteAllLinesAsync(list, fleet.Names, Token);

        var rebased = await operations.RunAsync(
            ["msbuild", "-nologo", "-nodeReuse:false", "-t:RebaseImage", "-p:RebaseLayers=RunImage", $"-p:ImageList={list}", back], Token, Variables(operations, ""));
        var restored = await operations.RunAsync(["msbuild", "-nologo", "-nodeReuse:false", "-t:RollbackImages", back], Token, Variables(operations, ""));

        Assert.Contains("2 rebased", rebased.EnsureSuccess().Output);
        Assert.Contains("2 restored", restored.EnsureSuccess().Output);
    }

    [TestMethod]
    public async Task Of_several_registries_only_the_one_that_is_set_sees_the_password_for_writing()
    {
        await using var registry = await RegistryServer.StartAsync(Closed, Token);
        var fleet = GeneratedFleet.Create(registry, new FleetShape(2));
        fleet.MoveRunImage(2);
        using var operations = await OperationsDirectory.CreateAsync();
        string list = operations.Beside("fleet.txt");
        await File.WriteAllLinesAsync(list, [fleet.Names[0], Elsewhere(fleet.Names[1])], Token);
        string[] arguments = ["msbuild", "-nologo", "-nodeReuse:false", "-t:RebaseImage", "-p:RebaseLayers=RunImage", $"-p:ImageList={list}"];
        KeyValuePair<string, string?>[] both = [.. Variables(operations, ""), .. Variables(operations, "PULL_")];

        var unset = await operations.RunAsync(arguments, Token, both);
        var set = await operations.RunAsync([.. arguments, $"-p:ContainerRegistry={registry.Host}"], Token, both);

        Assert.Contains("2 failed", unset.Output);
        Assert.Contains("error BPT1106: ", unset.Output);
        Assert.Contains("1 rebased, 1 failed", set.Output);
        Assert.Contains($"error BPT1106: {Elsewhere(fleet.Names[1])}: ", set.Output);
    }

    private static string Elsewhere(string name) => name.Replace("localhost:", "127.0.0.1:", StringComparison.Ordinal);

    private static JsonNode Newer(CommandResult result) => JsonNode.Parse(result.EnsureSuccess().Output)!.AsArray().Single()!["runImage"]!["newer"]!;

    private static KeyValuePair<string, string?>[] Variables(OperationsDirectory operations, string kind) =>
    [
        new("DOCKER_CONFIG", operations.Beside("none")),
        new($"DOTNET_CONTAINER_{kind}REGISTRY_UNAME", Closed.User),
        new($"DOTNET_CONTAINER_{kind}REGISTRY_PWORD", Closed.Password),
    ];
}
