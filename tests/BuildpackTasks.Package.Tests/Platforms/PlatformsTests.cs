using System.Text.Json.Nodes;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>One image for several platforms.</summary>
[TestClass]
public sealed class PlatformsTests
{
    private const string Platforms = "-p:ContainerRuntimeIdentifiers=\"linux-x64;linux-arm64\"";

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    public async Task A_portable_app_is_pushed_for_each_platform_and_its_layers_once()
    {
        using var project = await SdkProject.CreateAsync(ProjectTemplate.Console);
        await using var registry = await RegistryServer.StartAsync(cancellationToken: Token);
        RunImageIndex.Write(project.Beside("run"));

        var published = await project.PublishImageAsync(
            [Platforms, $"-p:RunImage=oci:{project.Beside("run")}:10.0", $"-p:ContainerRegistry={registry.Host}", "-p:ContainerRepository=shop/app", $"-p:ImageCacheDirectory={project.Beside("cache")}"],
            cancellationToken: Token);

        Assert.IsEmpty(published.Warnings, published.Command.All);
        Assert.AreEqual("linux/amd64;linux/arm64", published.Image["Platform"]);
        Assert.AreEqual("application/vnd.oci.image.index.v1+json", published.Image["MediaType"]);
        Assert.AreEqual($"{registry.Host}/shop/app:latest@{published.Image["Digest"]}", published.Image["Reference"]);
        var source = $"docker://{registry.Host}/shop/app:latest";
        var index = JsonNode.Parse(await SkopeoAsync("inspect", "--raw", "--tls-verify=false", source))!;
        var platforms = index["manifests"]!.AsArray().Select(entry => $"{entry!["platform"]!["os"]}/{entry["platform"]!["architecture"]}");
        Assert.AreEqual("linux/amd64;linux/arm64", string.Join(';', platforms));
        var layers = new Dictionary<string, string[]>();
        foreach (var architecture in new[] { "amd64", "arm64" })
        {
            var config = JsonNode.Parse(await SkopeoAsync("--override-arch", architecture, "inspect", "--config", "--tls-verify=false", source))!;
            Assert.AreEqual(architecture, (string?)config["architecture"]);
            Assert.AreEqual("""["dotnet","/app/App.dll"]""", config["config"]!["Entrypoint"]!.ToJsonString());
            layers[architecture] = [.. config["rootfs"]!["diff_ids"]!.AsArray().Select(id => (string)id!)];
        }
        Assert.AreNotEqual(layers["amd64"][0], layers["arm64"][0], "Each stands on its platform's run image,");
        CollectionAssert.AreEqual(layers["amd64"][1..], layers["arm64"][1..], "and a portable app is the same on all.");
        await SkopeoAsync("copy", "--all", "--preserve-digests", "--src-tls-verify=false", source, $"dir:{project.Beside("copy")}");
    }

    [TestMethod]
    [DataRow("LocalRegistry=Podman", "BPT5007")]
    [DataRow("ContainerArchiveOutputPath=app.tar;ContainerImageFormat=Docker", "BPT5007")]
    public async Task Where_several_platforms_cannot_go_is_said_before_anything_is_built(string properties, string code)
    {
        using var project = await SdkProject.CreateAsync(ProjectTemplate.Console);

        var refused = await project.PublishImageAsync([Platforms, .. properties.Split(';').Select(property => $"-p:{property}")], cancellationToken: Token);

        Assert.HasCount(1, refused.Errors, refused.Command.All);
        Assert.Contains($"error {code}: ", refused.Errors[0]);
        Assert.IsFalse(Directory.Exists(Path.Combine(project.Directory, "bin")), "Nothing was built.");
    }

    private async Task<string> SkopeoAsync(params string[] arguments) =>
        (await Command.RunAsync("skopeo", arguments, cancellationToken: Token)).EnsureSuccess().Output;
}
