using System.Text.Json.Nodes;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>Bills of materials of buildpacks: where they are collected, and the layer that other tools download.</summary>
[TestClass]
public sealed class SbomTests
{
    [TestMethod]
    public async Task Those_about_the_image_are_a_layer_that_the_label_names()
    {
        using var scenario = new LaunchScenario();

        ExportedImage exported = await scenario.PublishAsync(new ExportSettings(), null, Buildpack(scenario));

        ExportedLayer layer = exported.Layers.Single(static layer => layer.Name == "sbom");
        Assert.AreEqual("""
            755 0:0 layers/
            755 0:0 layers/sbom/
            755 0:0 layers/sbom/launch/
            755 0:0 layers/sbom/launch/acme_app/
            755 0:0 layers/sbom/launch/acme_app/both/
            644 0:0 layers/sbom/launch/acme_app/both/sbom.cdx.json = both
            755 0:0 layers/sbom/launch/acme_app/run/
            644 0:0 layers/sbom/launch/acme_app/run/sbom.spdx.json = run
            644 0:0 layers/sbom/launch/acme_app/sbom.syft.json = launch

            """, await LayerReader.ListAsync(layer.Layer));
        JsonNode label = JsonNode.Parse(exported.Image.Config.Labels["io.buildpacks.lifecycle.metadata"])!;
        Assert.AreEqual(layer.Layer.DiffId.ToString(), (string?)label["sbom"]!["sha"]);
        Assert.AreEqual("both, run, sbom, app", string.Join(", ", exported.Layers.Select(static layer => layer.Name)));
    }

    [TestMethod]
    public async Task Those_of_the_build_and_of_what_is_kept_stay_with_the_state_of_the_build()
    {
        using var scenario = new LaunchScenario();

        await scenario.PublishAsync(new ExportSettings(), null, Buildpack(scenario));

        string root = Path.Combine(scenario.Inner.Image.LayersDirectory, "sbom");
        Assert.AreEqual(
            "build/acme_app/sbom.cdx.json cache/acme_app/both/sbom.cdx.json",
            string.Join(' ', Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(root, file).Replace('\\', '/')).Where(static file => !file.StartsWith("launch", StringComparison.Ordinal)).Order(StringComparer.Ordinal)));
    }

    [TestMethod]
    public async Task The_next_build_without_any_has_none()
    {
        using var scenario = new LaunchScenario();
        await scenario.PublishAsync(new ExportSettings(), null, Buildpack(scenario));

        ExportedImage exported = await scenario.PublishAsync(new ExportSettings(), null, new FakeBuildpack("acme/app") { Build = static _ => new BuildResult { Processes = [new(ProcessType.Parse("web"), ["/app/Web"], [])] } });

        Assert.AreEqual("app", string.Join(' ', exported.Layers.Select(static layer => layer.Name)));
        Assert.IsNull(JsonNode.Parse(exported.Image.Config.Labels["io.buildpacks.lifecycle.metadata"])!["sbom"]);
    }

    [TestMethod]
    public async Task Those_of_restored_layers_are_beside_their_metadata_before_the_next_build()
    {
        using var scenario = new LaunchScenario();
        ExportedImage exported = await scenario.PublishAsync(new ExportSettings(), null, Buildpack(scenario));
        ImageDirectory state = scenario.Inner.Image;
        var kept = new BuildpackLayerCache(scenario.Inner.Cache, "app");
        await kept.KeepAsync(state, await MetadataFile.ReadAsync(state, CancellationToken.None), CancellationToken.None);
        var remembered = new RememberedImage(scenario.Inner.Cache, "app");
        await remembered.WriteAsync(exported.Image, CancellationToken.None);
        await new Analyzer(state) { Remembered = await remembered.ReadAsync(CancellationToken.None) }.AnalyzeAsync(await scenario.Inner.RunImageAsync(), null, CancellationToken.None);

        IReadOnlyList<RestoredLayer> restored = await new Restorer(state, kept).RestoreAsync(CancellationToken.None);

        string own = state.BuildpackDirectory(BuildpackId.Parse("acme/app"));
        Assert.AreEqual("both run", string.Join(' ', restored.Where(static layer => layer.Restored).Select(static layer => layer.Name)));
        Assert.AreEqual("both.sbom.cdx.json run.sbom.spdx.json", string.Join(' ', Directory.GetFiles(own, "*.sbom.*").Select(Path.GetFileName).Order(StringComparer.Ordinal)));
        Assert.AreEqual("run", await File.ReadAllTextAsync(Path.Combine(own, "run.sbom.spdx.json")));
        Assert.IsFalse(Directory.Exists(Path.Combine(state.Path, "sbom-launch")));
    }

    private static FakeBuildpack Buildpack(LaunchScenario scenario) => new("acme/app")
    {
        Build = _ => new BuildResult
        {
            Layers = [Layer("run"), Layer("both") with { Build = true, Cache = true }],
            Sboms =
            [
                new SbomFile(SbomScope.Layer, LayerName.Parse("run"), "spdx.json", scenario.Inner.Write("made/1", "run")),
                new SbomFile(SbomScope.Layer, LayerName.Parse("both"), "cdx.json", scenario.Inner.Write("made/2", "both")),
                new SbomFile(SbomScope.Launch, null, "syft.json", scenario.Inner.Write("made/3", "launch")),
                new SbomFile(SbomScope.Build, null, "cdx.json", scenario.Inner.Write("made/4", "build")),
            ],
            Processes = [new(ProcessType.Parse("web"), ["/app/Web"], [], Default: true)],
        },
    };

    private static BuildpackLayer Layer(string name) => new()
    {
        Name = LayerName.Parse(name),
        Entries = [Oci.LayerEntry.ForFile($"layers/acme_app/{name}/data", Oci.FileContent.FromBytes("data"u8.ToArray()))],
    };
}
