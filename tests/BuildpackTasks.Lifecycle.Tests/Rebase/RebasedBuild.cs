using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>An app that is built on one run image or another, or rebased from the one to the other.</summary>
internal sealed class RebasedBuild : IDisposable
{
    public const string RunImageName = "registry.example.com/base:1";

    private readonly Scenario scenario = new();

    /// <summary>What the runtime's layer holds, and what its buildpack notes of it.</summary>
    public string RuntimeVersion { get; set; } = "10.0.1";

    public LayerCache Cache => scenario.Cache;

    public ImageDirectory State => scenario.Image;

    public ExportSettings Settings { get; init; } = new()
    {
        Environment =
        [
            new("CHANGED", "by the app", EnvironmentAction.Override),
            new("EQUAL", "2", EnvironmentAction.Override),
            new("LIST", "more", EnvironmentAction.Append, ";"),
            new("APP", "1", EnvironmentAction.Override),
        ],
        Labels = new Dictionary<string, string> { ["same"] = "2" },
    };

    public static BuildpackId Runtime { get; } = BuildpackId.Parse("acme/runtime");

    /// <summary>A version of the run image: each defines something else.</summary>
    public async Task<ResolvedImage> RunImageAsync(int version)
    {
        Image image = Oci.Image.Empty(new Platform("linux", "amd64"));
        for (int layer = 0; layer < version; layer++) image = image.Append(await LayerAsync($"etc/layer{layer}", $"version {version}", LayerCompression.Balanced), new HistoryEntry($"step {layer} of {version}"));
        image = image.WithConfig(config => config
            .WithEnvironment([
                new("PATH", $"/usr/bin/{version}"), new("BASE_VERSION", $"{version}"), new($"ONLY_{version}", "x"), new("CHANGED", $"{version}"), new("EQUAL", $"{version}"), new("LIST", $"of {version}")])
            .WithUser("1654")
            .WithLabels([
                new("io.buildpacks.base.distro.name", "acme"), new("io.buildpacks.base.released", $"{version}"), new($"io.buildpacks.base.only{version}", "x"),
                new("version", $"{version}"), new($"only{version}", "x"), new("title", $"Base {version}"), new("same", $"{version}")]));
        return new ResolvedImage(RunImageName, $"registry.example.com/base@{image.Digest}", image);
    }

    /// <summary>Builds the app on a run image.</summary>
    public async Task<ExportedImage> BuildAsync(ResolvedImage runImage, ResolvedImage? previous = null)
    {
        await new Analyzer(scenario.Image).AnalyzeAsync(runImage, previous, CancellationToken.None);
        await scenario.DetectAndBuildAsync(RuntimeBuildpack, Scenario.AppBuildpack);
        return await new Exporter(scenario.Image, Cache).ExportAsync(runImage, scenario.App, Settings, CancellationToken.None);
    }

    /// <summary>Rebases the app to a run image.</summary>
    public static async Task<RebasedImage> RebaseAsync(Image image, ResolvedImage runImage, RebaseSettings? settings = null, params ILayerUpdater[] updaters)
    {
        TaggedImage tagged = image.Tagged();
        return (await new Rebaser(settings ?? new RebaseSettings(), new OneRunImage(runImage), new FixedSystems(), updaters).RebaseAsync(tagged, "web:1", CancellationToken.None)).Images[0];
    }

    /// <summary>An updater of the runtime's layer.</summary>
    public FixedUpdater Updater(string version) => new("runtime", (image, _) =>
    {
        if ((string)image.LayersOf(Runtime)["runtime"].Data["version"] == version) return null;
        KnownLayer layer = LayerAsync("opt/runtime/version", version, LayerCompression.Smallest).GetAwaiter().GetResult();
        return new LayerUpdate(Runtime, new Dictionary<string, UpdatedLayer> { ["runtime"] = new(layer, new Dictionary<string, object> { ["version"] = version, ["count"] = 3 }, null) }, "10.0.1", version);
    });

    public void Dispose() => scenario.Dispose();

    private FakeBuildpack RuntimeBuildpack => new("acme/runtime", "2")
    {
        Detect = static _ => DetectResult.Pass("the app needs a runtime", new BuildPlanOption(["runtime"], [])),
        Build = context => new BuildResult
        {
            Layers =
            [
                new BuildpackLayer
                {
                    Name = LayerName.Parse("runtime"),
                    Entries = [LayerEntry.ForFile("opt/runtime/version", FileContent.FromBytes(System.Text.Encoding.UTF8.GetBytes(RuntimeVersion)))],
                    Metadata = new Dictionary<string, object> { ["version"] = RuntimeVersion, ["count"] = 3 },
                },
            ],
            Environment = [new("ROOT", "/opt/runtime", EnvironmentAction.Default), new("PATH", "/opt/runtime", EnvironmentAction.Prepend, ":")],
        },
    };

    private Task<KnownLayer> LayerAsync(string path, string content, LayerCompression compression) =>
        Cache.GetOrCreateAsync(LayerContents.Create([LayerEntry.ForFile(path, FileContent.FromBytes(System.Text.Encoding.UTF8.GetBytes(content)))]), compression, CancellationToken.None);

    private sealed class OneRunImage(ResolvedImage runImage) : IRunImageSource
    {
        public Task<ResolvedImage> FindAsync(string name, BuildpacksImage image, CancellationToken cancellationToken) => Task.FromResult(runImage with { Name = name });

        public Task<ImageConfig?> FindConfigAsync(string reference, Platform platform, CancellationToken cancellationToken) => Task.FromResult<ImageConfig?>(null);
    }
}
