using System.Text.Json.Nodes;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>The same project, published by the SDK and by this package on the same base image.</summary>
[TestClass]
public sealed class SdkParityTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task The_properties_and_items_of_the_sdk_mean_the_same()
    {
        await using var registry = await RegistryServer.StartAsync(cancellationToken: TestContext.CancellationToken);
        var pushed = await SharedProject.Console.PublishImageAsync(
            ["-p:ImageLayoutPath=", $"-p:ContainerRegistry={registry.Host}", "-p:ContainerRepository=base", "-p:ContainerImageTag=1"], TestContext.CancellationToken);
        pushed.Command.EnsureSuccess();
        using var directory = new TemporaryDirectory();

        var theirs = await PublishAsync(directory, "theirs", $"{registry.Host}/base:1", "-t:PublishContainer");
        var ours = await PublishAsync(directory, "ours", $"{registry.Host}/base:1", "-p:PublishImage=true", "-p:RunImage=");

        Assert.AreEqual(theirs.Names, ours.Names);
        CollectionAssert.AreEquivalent(Ports(theirs), Ports(ours));
        foreach (var name in (string[])["User", "Cmd"]) Assert.AreEqual(theirs.Config[name]?.ToJsonString(), ours.Config[name]?.ToJsonString(), name);
        Assert.AreEqual("/srv/shop", ((string)theirs.Config["WorkingDir"]!).TrimEnd('/'));
        Assert.AreEqual("/srv/shop", (string?)ours.Config["WorkingDir"]);
        // The app starts without the dotnet command, which images without .NET do not have.
        Assert.AreEqual("""["dotnet","/srv/shop/Shop.dll","--open"]""", theirs.Config["Entrypoint"]!.ToJsonString());
        Assert.AreEqual("""["/srv/shop/Shop","--open"]""", ours.Config["Entrypoint"]!.ToJsonString());
        // What the SDK sets is there; what is there beside it, the app or the lifecycle needs.
        Assert.IsEmpty(Variables(theirs).Except(Variables(ours)).Where(static variable => !variable.StartsWith("CNB_", StringComparison.Ordinal)));
        string[] clock = ["org.opencontainers.artifact.created", "org.opencontainers.image.created"];
        string[] missing = [.. Labels(theirs).Except(Labels(ours)).Select(static label => label.Split('=')[0])];
        CollectionAssert.AreEquivalent(clock, missing);
        Assert.IsEmpty(Labels(ours).Except(Labels(theirs)));
    }

    // All but the labels of the lifecycle, which the base image has, too.
    private static string[] Labels(Archive archive) =>
        [.. archive.Config["Labels"]!.AsObject().Where(static label => !label.Key.StartsWith("io.buildpacks.", StringComparison.Ordinal)).Select(static label => $"{label.Key}={label.Value}")];

    private static string[] Ports(Archive archive) => [.. archive.Config["ExposedPorts"]!.AsObject().Select(static port => port.Key)];

    private static string[] Variables(Archive archive) => [.. archive.Config["Env"]!.AsArray().Select(static variable => (string)variable!)];

    private async Task<Archive> PublishAsync(TemporaryDirectory directory, string name, string baseImage, params string[] arguments)
    {
        var file = directory.Combine($"{name}.tar");
        var result = await SharedProject.Web.RunAsync(
            ["publish", "-p:Everything=true", "-p:ImageLayoutPath=", $"-p:ContainerBaseImage={baseImage}", $"-p:ContainerArchiveOutputPath={file}", .. arguments], TestContext.CancellationToken);
        result.Command.EnsureSuccess();
        var layout = directory.CreateDirectory(name);
        (await Command.RunAsync("tar", ["-xf", file, "-C", layout], cancellationToken: TestContext.CancellationToken)).EnsureSuccess();
        var index = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(layout, "index.json"), TestContext.CancellationToken))!;
        var names = index["manifests"]!.AsArray().Select(static manifest => (string)manifest!["annotations"]!["io.containerd.image.name"]!);
        return new Archive((await LayoutImage.ConfigAsync(layout))["config"]!, string.Join('\n', names));
    }

    private sealed record Archive(JsonNode Config, string Names);
}
