using System.Text.Json.Nodes;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>The targets that rebase images and take it back, as who operates them sees them.</summary>
[TestClass]
public sealed class RebaseTargetTests
{
    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    public async Task A_list_is_done_but_for_what_cannot_be_and_is_taken_back()
    {
        await using var registry = await RegistryServer.StartAsync(cancellationToken: Token);
        var fleet = GeneratedFleet.Create(registry, new FleetShape(4));
        var old = await DigestsAsync(registry, fleet);
        fleet.MoveRunImage(2);
        using var operations = await OperationsDirectory.CreateAsync();
        string list = operations.Beside("fleet.txt");
        await File.WriteAllTextAsync(list, $"# the shop\r\n{string.Join("\r\n", fleet.Names)}\r\n\r\n{fleet.Names[0]}\r\n{registry.Host}/no/such:1\r\nNot an image\r\n", Token);

        var shown = await operations.TargetAsync("RebaseImage", Token, $"-p:ImageList={list}", "-p:DryRun=true", $"-p:RebaseDirectory={operations.Beside("state")}");
        var afterDryRun = await DigestsAsync(registry, fleet);
        var rebased = await operations.TargetAsync("RebaseImage", Token, $"-p:ImageList={list}", $"-p:RebaseDirectory={operations.Beside("state")}", $"-p:RollbackFile={operations.Beside("back.jsonl")}");
        var afterRebase = await DigestsAsync(registry, fleet);
        var again = await operations.TargetAsync("RebaseImage", Token, $"-p:Image={string.Join("%3B", fleet.Names)}", "-getItem:RebaseSummary");
        var back = await operations.TargetAsync("RollbackImages", Token, $"-p:RollbackFile={operations.Beside("back.jsonl")}");

        Assert.AreEqual(1, shown.ExitCode);
        Assert.Contains("4 would be rebased, 2 failed", shown.Output);
        Assert.AreSequenceEqual(old, afterDryRun);
        Assert.AreEqual(1, rebased.ExitCode);
        Assert.Contains("error BPT2254: ", rebased.Output);
        Assert.Contains("fleet.txt(9): 'Not an image'", rebased.Output);
        Assert.Contains("error BPT5032: Not every image is where it should be: 4 rebased, 2 failed.", rebased.Output);
        Assert.IsEmpty(old.Intersect(afterRebase));
        var summary = JsonNode.Parse(again.EnsureSuccess().Output)!["Items"]!["RebaseSummary"]![0]!;
        Assert.AreEqual("0 4 0", $"{summary["Rebased"]} {summary["UpToDate"]} {summary["Failed"]}");
        Assert.IsTrue(File.Exists((string)summary["Identity"]!));
        back.EnsureSuccess();
        Assert.AreSequenceEqual(old, await DigestsAsync(registry, fleet));
    }

    [TestMethod]
    public async Task An_environment_variable_of_the_name_names_no_image()
    {
        await using var registry = await RegistryServer.StartAsync(cancellationToken: Token);
        var fleet = GeneratedFleet.Create(registry, new FleetShape(2));
        var old = await DigestsAsync(registry, fleet);
        fleet.MoveRunImage(2);
        using var operations = await OperationsDirectory.CreateAsync();
        string list = operations.Beside("fleet.txt");
        await File.WriteAllTextAsync(list, fleet.Names[1], Token);

        var rebased = await operations.RunAsync(["msbuild", "-nologo", "-nodeReuse:false", "-t:RebaseImage", $"-p:ImageList={list}"], Token, [new("IMAGE", fleet.Names[0]), new("FORCE", "true")]);

        Assert.Contains("1 rebased", rebased.EnsureSuccess().Output);
        Assert.DoesNotContain("by force", rebased.Output);
        var present = await DigestsAsync(registry, fleet);
        Assert.AreEqual(old[0], present[0]);
        Assert.AreNotEqual(old[1], present[1]);
    }

    [TestMethod]
    public async Task A_wrong_password_changes_nothing_and_is_not_shown()
    {
        await using var registry = await RegistryServer.StartAsync(new RegistryOptions { User = "ops", Password = "right" }, Token);
        using var operations = await OperationsDirectory.CreateAsync();

        var result = await operations.RunAsync(
            ["msbuild", "-nologo", "-nodeReuse:false", "-t:RebaseImage", $"-p:Image={registry.Host}/shop/web:1"],
            Token,
            [new("DOTNET_CONTAINER_REGISTRY_UNAME", "ops"), new("DOTNET_CONTAINER_REGISTRY_PWORD", "wrong-and-secret")]);

        Assert.AreEqual(1, result.ExitCode);
        Assert.Contains("error BPT1106: ", result.Output);
        Assert.Contains("DOTNET_CONTAINER_REGISTRY_UNAME", result.Output);
        Assert.DoesNotContain("wrong-and-secret", result.Output);
        Assert.DoesNotContain("   at ", result.Output);
    }

    [TestMethod]
    [DataRow("RebaseImage", "-p:Image=127.0.0.1:9/shop/web:1", "BPT1102")]
    [DataRow("RebaseImage", "", "BPT5040")]
    [DataRow("RebaseImage", "-p:Image=oci:/nowhere:1 -p:RebaseLayers=Kernel", "BPT5014")]
    [DataRow("RebaseImage", "-p:Image=oci:/nowhere:1 -p:DotNetRuntimeVersion=ten", "BPT5014")]
    [DataRow("RebaseImage", "-p:Image=oci:/nowhere:1 -p:RebaseConcurrency=0", "BPT5014")]
    [DataRow("RebaseImage", "-p:Image=oci:/nowhere:1 -p:KeepTag=a/b", "BPT2256")]
    [DataRow("RebaseImage", "-p:ImageList=nowhere.txt", "BPT2250")]
    [DataRow("RollbackImages", "", "BPT5014")]
    [DataRow("RollbackImages", "-p:RollbackFile=nowhere.jsonl", "BPT2259")]
    public async Task What_is_wrong_is_said_by_a_code(string target, string arguments, string code)
    {
        using var operations = await OperationsDirectory.CreateAsync();

        var result = await operations.TargetAsync(target, Token, arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));

        Assert.AreEqual(1, result.ExitCode);
        Assert.Contains($"error {code}: ", result.Output);
        Assert.DoesNotContain("   at ", result.Output);
    }

    private async Task<string[]> DigestsAsync(RegistryServer registry, GeneratedFleet fleet)
    {
        var digests = new List<string>();
        foreach (var (repository, tag) in fleet.Images)
        {
            digests.Add((await new RegistryContents(registry).DigestOfAsync(repository, tag, Token))!);
        }
        return [.. digests];
    }
}
