using System.Runtime.Versioning;
using BuildpackTasks.Oci;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>Apps that programs of buildpacks change: the build has a copy of its own.</summary>
[TestClass]
[UnsupportedOSPlatform("windows")]
public sealed class ChangedAppTests
{
    [TestMethod]
    public async Task What_a_buildpack_does_to_the_app_is_in_the_image_and_not_in_the_publish_directory()
    {
        using var scenario = new Scenario();
        var buildpack = new FakeBuildpack("acme/change")
        {
            Build = static context =>
            {
                File.WriteAllText(Path.Combine(context.AppDirectory, "run.sh"), "#!/bin/sh\n");
                File.SetUnixFileMode(Path.Combine(context.AppDirectory, "run.sh"), (UnixFileMode)0b111_000_000);
                File.CreateSymbolicLink(Path.Combine(context.AppDirectory, "modules"), "/layers/acme_change/modules");
                File.CreateSymbolicLink(Path.Combine(context.AppDirectory, "self"), "/app/Web.dll");
                File.Delete(Path.Combine(context.AppDirectory, "Package.dll"));
                return new BuildResult();
            },
        };

        ExportedImage exported = await PublishAsync(scenario, buildpack);

        string app = await LayerReader.ListAsync(exported.Layers.Single(static layer => layer.Name == "app").Layer);
        Assert.AreEqual("""
            755 0:0 app/
            644 0:0 app/Web = the program
            644 0:0 app/Web.dll = the app
            755 0:0 app/de/
            644 0:0 app/de/Package.resources.dll = a package in German
            777 0:0 app/modules -> /layers/acme_change/modules
            755 0:0 app/run.sh = #!/bin/sh

            777 0:0 app/self -> /app/Web.dll
            755 0:0 app/wwwroot/
            644 0:0 app/wwwroot/site.css = body { }

            """, app);
        Assert.AreEqual("Package.dll, Web, Web.dll", string.Join(", ", Directory.GetFiles(scenario.App).Select(Path.GetFileName).Order(StringComparer.Ordinal)));
    }

    [TestMethod]
    public async Task A_pipe_in_the_app_is_refused_before_anybody_reads_it()
    {
        using var scenario = new Scenario();
        var buildpack = new FakeBuildpack("acme/pipe")
        {
            Build = static context =>
            {
                Command.RunAsync("mkfifo", [Path.Combine(context.AppDirectory, "pipe")]).GetAwaiter().GetResult().EnsureSuccess();
                return new BuildResult();
            },
        };

        var error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => PublishAsync(scenario, buildpack));

        Assert.AreEqual("BPT2211", error.Code);
        Assert.MatchesRegex(@"\AThe buildpack acme/pipe@1\.0\.0 left an app that cannot be in an image: '.*/pipe' is a pipe.*\(BPT2032\)\z", error.Message);
    }

    [TestMethod]
    public void A_published_link_that_leads_out_is_refused_when_the_copy_is_made()
    {
        using var scenario = new Scenario();
        File.CreateSymbolicLink(Path.Combine(scenario.App, "out"), "/etc/passwd");

        var error = Assert.ThrowsExactly<LifecycleException>(() => PrivateApp.Make(scenario.Image, scenario.App, AppFilter.All, CancellationToken.None));

        Assert.AreEqual("BPT2031", error.Code);
        Assert.IsFalse(Directory.Exists(scenario.Image.PrivateAppDirectory));
    }

    [TestMethod]
    public async Task Layers_whose_directories_may_not_be_changed_do_not_stop_the_next_build()
    {
        using var scenario = new Scenario();
        var buildpack = new FakeBuildpack("acme/locked")
        {
            Build = static context =>
            {
                string inner = Directory.CreateDirectory(Path.Combine(context.LayersDirectory, "kit", "inner")).FullName;
                File.WriteAllText(Path.Combine(inner, "file"), "");
                File.SetUnixFileMode(inner, (UnixFileMode)0b101_101_101);
                return new BuildResult();
            },
        };

        await PublishAsync(scenario, buildpack);
        await PublishAsync(scenario, buildpack);

        Assert.IsTrue(Directory.Exists(Path.Combine(scenario.Image.LayersDirectory, "acme_locked", "kit")));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task What_is_remembered_of_an_image_is_offered_only_where_the_layer_can_be_had(bool isInCache)
    {
        using var scenario = new Scenario();
        var buildpack = new FakeBuildpack("acme/memory")
        {
            Build = static _ => new BuildResult
            {
                Layers = [new BuildpackLayer { Name = LayerName.Parse("l"), Entries = [LayerEntry.ForFile("opt/x", FileContent.FromBytes("x"u8.ToArray()))], Metadata = new Dictionary<string, object> { ["n"] = 1L } }],
            },
        };
        ExportedImage exported = await PublishAsync(scenario, buildpack);
        await new RememberedImage(scenario.Cache, "app").WriteAsync(exported.Image, CancellationToken.None);
        var cache = isInCache ? scenario.Cache : new LayerCache(scenario.Below("other-cache"), 1L << 30);

        LifecycleMetadata? remembered = await new RememberedImage(scenario.Cache, "app").ReadAsync(CancellationToken.None);
        await new Analyzer(scenario.Image) { Remembered = remembered }.AnalyzeAsync(await scenario.RunImageAsync(), null, CancellationToken.None);
        RestoredLayer layer = (await new Restorer(scenario.Image, new BuildpackLayerCache(cache, "app")).RestoreAsync(CancellationToken.None)).Single();

        Assert.AreEqual(isInCache, layer.Restored, layer.Reason);
    }

    private static async Task<ExportedImage> PublishAsync(Scenario scenario, IBuildpack buildpack)
    {
        ResolvedImage runImage = await scenario.RunImageAsync();
        AnalyzedFile analyzed = (await new Analyzer(scenario.Image).AnalyzeAsync(runImage, null, CancellationToken.None)).File;
        var environment = new Dictionary<string, string>();
        await new Detector(scenario.Image).DetectAsync([new OrderGroup([new OrderEntry(buildpack)])], new DetectContext(scenario.App, analyzed.RunImage.Facts, environment), CancellationToken.None);
        await new Restorer(scenario.Image, new BuildpackLayerCache(scenario.Cache, "app")).RestoreAsync(CancellationToken.None);
        string app = PrivateApp.Make(scenario.Image, scenario.App, AppFilter.All, CancellationToken.None);
        await new Builder(scenario.Image).BuildAsync([buildpack], new BuildSettings(app, "/app", environment) { PublishedDirectory = scenario.App }, CancellationToken.None);
        return await new Exporter(scenario.Image, scenario.Cache).ExportAsync(runImage, PrivateApp.Find(scenario.Image, scenario.App), new ExportSettings(), CancellationToken.None);
    }
}
