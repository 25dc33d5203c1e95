using System.Text.Json.Nodes;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>Builder images and buildpack images whose buildpacks are in one layer, in a registry, named by one item.</summary>
[TestClass]
public sealed class FlattenedImageTests
{
    private const string Version = "1.2.3";

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    public async Task One_item_brings_order_buildpacks_environment_and_run_image()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        using var run = new TemporaryDirectory();
        await RunImageLayout.WriteAsync(await Greeter.LayoutAsync(), run.Path, asIndex: false, Token);
        await OtherTools.CopyAsync($"oci:{run.Path}:run", $"docker://{registry.Host}/team/run:1", Token);
        using var builder = new HandmadeImage();
        // A distribution, of which nothing is needed: three megabytes.
        await builder.AddLayerAsync(static root => File.WriteAllBytes(Path.Combine(root, "distribution"), System.Security.Cryptography.RandomNumberGenerator.GetBytes(3 << 20)), Token);
        string diffId = await AddBuildpacksAsync(builder);
        await builder.AddLayerAsync(static root =>
        {
            Directory.CreateDirectory(Path.Combine(root, "cnb", "build-config", "env"));
            File.WriteAllText(Path.Combine(root, "cnb", "build-config", "env", "OPERATOR"), "builder");
        }, Token);
        builder.Label("io.buildpacks.builder.metadata", JsonNode.Parse($$"""{"lifecycle": {"version": "0.20.0"}, "images": [{"image": "{{registry.Host}}/team/run:1"} ]}""")!);
        builder.Label("io.buildpacks.buildpack.order", JsonNode.Parse("""[{"group": [{"id": "acme/family", "version": "1.2.3"}]}]""")!);
        builder.Label("io.buildpacks.buildpack.layers", LayersOf(diffId));
        await builder.WriteAsync($"docker://{registry.Host}/team/builder:1", Token);
        using var package = new HandmadeImage();
        string packed = await AddBuildpacksAsync(package);
        package.Label("io.buildpacks.buildpackage.metadata", JsonNode.Parse("""{"id": "acme/family", "version": "1.2.3", "stacks": [{"id": "*"}]}""")!);
        package.Label("io.buildpacks.buildpack.layers", LayersOf(packed));
        await package.WriteAsync($"docker://{registry.Host}/team/family:1", Token);
        using SdkProject project = await SdkProject.CreateAsync(ProjectTemplate.Console, new ProjectOptions
        {
            Properties = new Dictionary<string, string> { ["InvariantGlobalization"] = "true" },
            More = """<ItemGroup><Buildpack Include="$(TestBuildpack)" /></ItemGroup>""",
        });
        project.Write("Program.cs", """foreach (string name in new[] { "ELDER", "YOUNGER", "SEEN" }) Console.WriteLine($"{name}={Environment.GetEnvironmentVariable(name)}");""");
        await registry.ClearRequestsAsync(Token);

        PublishResult built = await PublishAsync(project, registry, "builder:1");
        IReadOnlyList<RegistryRequest> requests = await registry.GetRequestsAsync(Token);
        PublishResult again = await PublishAsync(project, registry, "builder:1");
        IReadOnlyList<RegistryRequest> later = await registry.GetRequestsAsync(Token);
        PublishResult packaged = await PublishAsync(project, registry, "family:1", $"-p:RunImage={registry.Host}/team/run:1", "--no-build");

        Assert.AreEqual("[acme/elder] for builder|[acme/younger] after elder", Said(built));
        Assert.AreEqual("[acme/elder] for builder|[acme/younger] after elder", Said(again));
        // Without the builder, nobody has set the operator's variable.
        Assert.AreEqual("[acme/elder] for nobody|[acme/younger] after elder", Said(packaged));
        Assert.IsFalse(requests.Any(static request => request.Path.StartsWith("/v2/team/builder/blobs/", StringComparison.Ordinal) && request.ResponseBytes > 1 << 20), "The distribution was fetched.");
        Assert.IsFalse(later.Skip(requests.Count).Any(static request => request.Path.StartsWith("/v2/team/builder/blobs/", StringComparison.Ordinal)), string.Join('\n', later.Skip(requests.Count)));
        JsonNode labels = JsonNode.Parse(await OtherTools.RunAsync("skopeo", ["inspect", "--config", "--tls-verify=false", $"docker://{registry.Host}/app:latest"], Token))!["config"]!["Labels"]!;
        Assert.AreEqual($"{registry.Host}/team/run:1", (string?)JsonNode.Parse((string)labels["io.buildpacks.lifecycle.metadata"]!)!["runImage"]!["image"]);
        await using var podman = new Podman();
        CommandResult ran = await podman.RunAsync($"{registry.Host}/app:latest", cancellationToken: Token);
        Assert.AreEqual("ELDER=yes\nYOUNGER=yes\nSEEN=\n", ran.EnsureSuccess().Output);
    }

    // The first group of the family's order never applies; the second one does, with a member that is not for this app.
    private async Task<string> AddBuildpacksAsync(HandmadeImage image) => await image.AddLayerAsync(static root =>
    {
        string Of(string name) => Path.Combine(root, "cnb", "buildpacks", $"acme_{name}", Version);
        BashBuildpack.Write(Of("never"), "acme/never", "exit 100", "exit 1");
        BashBuildpack.Write(Of("elder"), "acme/elder", """printf '[[provides]]\nname = "elder"\n' >"$CNB_BUILD_PLAN_PATH" """, """
            mkdir -p "$CNB_LAYERS_DIR/elder/env"
            printf yes >"$CNB_LAYERS_DIR/elder/env/ELDER.default"
            printf '[types]\nlaunch = true\nbuild = true\n' >"$CNB_LAYERS_DIR/elder.toml"
            mkdir "$CNB_LAYERS_DIR/elder/env.build"
            printf elder >"$CNB_LAYERS_DIR/elder/env.build/SEEN.default"
            echo "for ${OPERATOR:-nobody}"
            """, api: "0.10");
        BashBuildpack.Write(Of("younger"), "acme/younger", """printf '[[requires]]\nname = "elder"\n' >"$2" """, """
            mkdir -p "$1/younger/env.launch"
            printf yes >"$1/younger/env.launch/YOUNGER.default"
            printf '[types]\nlaunch = true\n' >"$1/younger.toml"
            echo "after $SEEN"
            """, api: "0.8");
        Directory.CreateDirectory(Of("family"));
        File.WriteAllText(Path.Combine(Of("family"), "buildpack.toml"), $"""
            api = "0.12"
            [buildpack]
            id = "acme/family"
            version = "{Version}"
            [[order]]
            [[order.group]]
            id = "acme/never"
            version = "{Version}"
            [[order]]
            [[order.group]]
            id = "acme/elder"
            version = "{Version}"
            [[order.group]]
            id = "acme/never"
            version = "{Version}"
            optional = true
            [[order.group]]
            id = "acme/younger"
            version = "{Version}"

            """);
    }, Token);

    private static JsonNode LayersOf(string diffId)
    {
        const string Label = """
            {
                "acme/never": {"1.2.3": {"api": "0.12", "layerDiffID": "DIFF"}},
                "acme/elder": {"1.2.3": {"api": "0.10", "layerDiffID": "DIFF"}},
                "acme/younger": {"1.2.3": {"api": "0.8", "layerDiffID": "DIFF"}},
                "acme/family": {"1.2.3": {"api": "0.12", "layerDiffID": "DIFF", "order": [
                    {"group": [{"id": "acme/never", "version": "1.2.3"}]},
                    {"group": [{"id": "acme/elder", "version": "1.2.3"}, {"id": "acme/never", "version": "1.2.3", "optional": true}, {"id": "acme/younger", "version": "1.2.3"}]}]}}
            }
            """;
        return JsonNode.Parse(Label.Replace("DIFF", diffId, StringComparison.Ordinal))!;
    }

    private static string Said(PublishResult published) =>
        string.Join('|', published.Command.Output.Split('\n').Select(static line => line.Trim()).Where(static line => line.StartsWith("[acme/", StringComparison.Ordinal)));

    private async Task<PublishResult> PublishAsync(SdkProject project, RegistryServer registry, string buildpack, params string[] more)
    {
        PublishResult published = await project.PublishImageAsync(
            [$"-p:ContainerRegistry={registry.Host}", "-p:ContainerRepository=app", $"-p:TestBuildpack={registry.Host}/team/{buildpack}", .. more], cancellationToken: Token);
        Assert.AreEqual(0, published.Command.ExitCode, published.Command.All);
        return published;
    }
}
