using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Debian.Tests;

/// <summary>Images that the lifecycle makes of run images and packages of an archive on loopback.</summary>
internal sealed class DebianImages : IAsyncDisposable
{
    private readonly TemporaryDirectory directory = new();
    private readonly SigningKeys? keys;
    private readonly TestArchive? archive;
    private readonly DebianSources sources;
    private int count;

    /// <summary>Packages of an archive that is made here.</summary>
    public DebianImages(SigningKeys keys)
    {
        this.keys = keys;
        archive = new TestArchive();
        sources = DebianSources.FromMachine(archive.Uri.ToString(), keys.Keyring);
    }

    /// <summary>Packages of somebody else's.</summary>
    public DebianImages(DebianSources sources) => this.sources = sources;

    public TestArchive Archive => archive!;

    /// <summary>A cache of its own, which knows nothing.</summary>
    public LayerCache NewCache() => new(directory.Combine($"cache-{Interlocked.Increment(ref count)}"), 1L << 30);

    public DebianPackagesUpdater Updater(LayerCache? cache = null) => new(sources, cache ?? NewCache(), TimeProvider.System);

    public Task PublishAsync(params IEnumerable<TestPackage> packages) => Archive.PublishAsync("test", keys!, [.. TestSuites.RunImage, .. packages]);

    public Task<Image> AssembleAsync(bool includesIcu = false, string suite = "test") => new DebianImageAssembler(sources, NewCache(), TimeProvider.System)
        .AssembleAsync(new DebianRunImageRequest { Name = DebianRunImageName.Parse($"debian://{suite}"), Platform = new Platform("linux", "amd64"), IncludeIcu = includesIcu }, CancellationToken.None);

    /// <summary>Builds an image with packages.</summary>
    public async Task<BuildpacksImage> BuildAsync(Image runImage, params IReadOnlyList<string> packages)
    {
        LayerCache cache = NewCache();
        string app = directory.CreateDirectory($"app-{Interlocked.Increment(ref count)}");
        await File.WriteAllTextAsync(Path.Combine(app, "app"), "the app");
        var run = new ResolvedImage("debian://test", $"debian://test@{runImage.Digest}", runImage);
        var state = new ImageDirectory(directory.Combine($"build-{Interlocked.Increment(ref count)}"));
        AnalyzedFile analyzed = (await new Analyzer(state).AnalyzeAsync(run, null, CancellationToken.None)).File;
        var environment = new Dictionary<string, string>();
        IBuildpack[] buildpacks = [new DebianPackagesBuildpack(packages, runImage, run.Name, sources, cache, TimeProvider.System), new ImageLayersBuildpack([new ImageLayerSource("other", Path.Combine(app, "app"), "/opt/other")])];
        await new Detector(state).DetectAsync(
            [new OrderGroup([new OrderEntry(buildpacks[0], Optional: true), new OrderEntry(buildpacks[1])])], new DetectContext(app, analyzed.RunImage.Facts, environment), CancellationToken.None);
        await new Restorer(state, new BuildpackLayerCache(cache, "app")).RestoreAsync(CancellationToken.None);
        await new Builder(state).BuildAsync(buildpacks, new BuildSettings(app, "/app", environment), CancellationToken.None);
        ExportedImage exported = await new Exporter(state, cache).ExportAsync(run, app, new ExportSettings(), CancellationToken.None);
        return BuildpacksImage.Read(exported.Image, "shop/web:1.4");
    }

    public async ValueTask DisposeAsync()
    {
        if (archive is not null) await archive.DisposeAsync();
        directory.Dispose();
    }
}
