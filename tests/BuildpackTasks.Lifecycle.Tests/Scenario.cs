using BuildpackTasks.Oci;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>A small app, a run image and two buildpacks, in a directory of their own: all phases can run on them.</summary>
internal sealed class Scenario : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public Scenario()
    {
        Cache = new LayerCache(directory.Combine("cache"), 1L << 30);
        Write("app/Web.dll", "the app");
        Write("app/Web", "the program");
        Write("app/Package.dll", "a package");
        Write("app/de/Package.resources.dll", "a package in German");
        Write("app/wwwroot/site.css", "body { }");
        Write("runtime/libruntime.so", "the runtime");
    }

    public LayerCache Cache { get; }

    public ImageDirectory Image => new(directory.Combine("image"));

    public string App => directory.Combine("app");

    public FakeBuildpack Runtime => new("acme/runtime", "10.0.1")
    {
        Detect = static _ => DetectResult.Pass("the app needs a runtime", new BuildPlanOption(["runtime"], [])),
        Build = context => new BuildResult
        {
            Layers =
            [
                new BuildpackLayer
                {
                    Name = LayerName.Parse("runtime"),
                    Entries =
                    [
                        LayerEntry.ForFile("opt/runtime/libruntime.so", FileContent.FromFile(directory.Combine("runtime/libruntime.so"))),
                        LayerEntry.ForFile("opt/runtime/LICENSE", FileContent.FromBytes("free"u8.ToArray())),
                        LayerEntry.ForSymbolicLink("opt/runtime/lib.so", "libruntime.so"),
                    ],
                    Metadata = new Dictionary<string, object> { ["version"] = "10.0.1", ["count"] = 3, ["share"] = 1.0 },
                },
            ],
            Environment = [new("ROOT", "/opt/runtime", EnvironmentAction.Default), new("PATH", "/opt/runtime", EnvironmentAction.Prepend, ":")],
        },
    };

    public static FakeBuildpack AppBuildpack => new("acme/app")
    {
        Detect = static _ => DetectResult.Pass("there is an app", new BuildPlanOption([], [BuildPlanRequire.Named("runtime")])),
        Build = static context => new BuildResult
        {
            Slices = [new("packages", ["Package.dll", "*/Package.resources.dll"]), new("empty", ["nothing"]), new("static", ["wwwroot"], FileTimes.FromContent)],
            Processes = [new(ProcessType.Parse("web"), [context.ImageAppDirectory + "/Web"], ["--quiet"], Default: true)],
            Labels = new Dictionary<string, string> { ["title"] = "Web" },
            Ports = ["8080/tcp"],
            Executables = new HashSet<string> { "Web" },
        },
    };

    public string Write(string path, string content) => directory.Write(path, content);

    public string Below(string path) => directory.Combine(path);

    public async Task<ResolvedImage> RunImageAsync()
    {
        LayerContents contents = LayerContents.Create([LayerEntry.ForFile("etc/os-release", FileContent.FromBytes("ID=acme\n"u8.ToArray()))]);
        Image image = Oci.Image.Empty(new Platform("linux", "amd64"))
            .Append(await Cache.GetOrCreateAsync(contents, LayerCompression.Balanced, CancellationToken.None), new HistoryEntry("the base"))
            .WithConfig(static config => config
                .WithEnvironmentVariable("PATH", "/usr/bin")
                .WithUser("1654")
                .WithEntrypoint(["/bin/base"], ["base-argument"])
                .WithLabels([new("io.buildpacks.base.distro.name", "acme"), new("io.buildpacks.base.distro.version", "13"), new("title", "Base")]));
        return new ResolvedImage("registry.example.com/base:1", $"registry.example.com/base@{image.Digest}", image);
    }

    /// <summary>Runs all phases, each as a new object that knows the others only through files.</summary>
    public async Task<ExportedImage> PublishAsync(ExportSettings? settings = null, ResolvedImage? previous = null)
    {
        ResolvedImage runImage = await RunImageAsync();
        await new Analyzer(Image).AnalyzeAsync(runImage, previous, CancellationToken.None);
        await DetectAndBuildAsync(Runtime, AppBuildpack);
        return await new Exporter(Image, Cache).ExportAsync(runImage, App, settings ?? new ExportSettings(), CancellationToken.None);
    }

    /// <summary>Analyzes and builds with these buildpacks, and exports.</summary>
    public async Task<ExportedImage> PublishAsync(ExportSettings settings, params IBuildpack[] buildpacks)
    {
        await new Analyzer(Image).AnalyzeAsync(await RunImageAsync(), null, CancellationToken.None);
        await DetectAndBuildAsync(buildpacks);
        return await new Exporter(Image, Cache).ExportAsync(await RunImageAsync(), App, settings, CancellationToken.None);
    }

    public async Task<MetadataFile> DetectAndBuildAsync(params IBuildpack[] buildpacks)
    {
        if (!File.Exists(Image.AnalyzedFile)) await new Analyzer(Image).AnalyzeAsync(await RunImageAsync(), null, CancellationToken.None);
        AnalyzedFile analyzed = await AnalyzedFile.ReadAsync(Image, CancellationToken.None);
        var environment = new Dictionary<string, string>();
        await new Detector(Image).DetectAsync([new OrderGroup([.. buildpacks.Select(static buildpack => new OrderEntry(buildpack))])], new DetectContext(App, analyzed.RunImage.Facts, environment), CancellationToken.None);
        await new Restorer(Image, new BuildpackLayerCache(Cache, "app")).RestoreAsync(CancellationToken.None);
        return await new Builder(Image).BuildAsync(buildpacks, new BuildSettings(App, "/app/", environment)
        {
            IsKnownAsync = async (fingerprint, stop) => await Cache.FindAsync(fingerprint, stop) is not null,
        }, CancellationToken.None);
    }

    public void Dispose() => directory.Dispose();
}
