using System.Text.Json.Nodes;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle.Tests;

[TestClass]
public sealed class PublishingTests
{
    [TestMethod]
    public async Task The_layers_are_the_buildpacks_then_the_slices_then_the_rest_of_the_app()
    {
        using var scenario = new Scenario();

        ExportedImage exported = await scenario.PublishAsync();

        Assert.AreEqual("runtime packages static app", string.Join(' ', exported.Layers.Select(static layer => layer.Name)));
        Assert.AreEqual("""
            755 0:0 opt/
            755 0:0 opt/runtime/
            644 0:0 opt/runtime/LICENSE = free
            777 0:0 opt/runtime/lib.so -> libruntime.so
            644 0:0 opt/runtime/libruntime.so = the runtime

            """, await LayerReader.ListAsync(exported.Layers[0].Layer));
        Assert.AreEqual("""
            755 0:0 app/
            644 0:0 app/Package.dll = a package
            755 0:0 app/de/
            644 0:0 app/de/Package.resources.dll = a package in German

            """, await LayerReader.ListAsync(exported.Layers[1].Layer));
        Assert.AreEqual("""
            755 0:0 app/
            755 0:0 app/wwwroot/
            644 0:0 app/wwwroot/site.css = body { } @795830452

            """, await LayerReader.ListAsync(exported.Layers[2].Layer));
        Assert.AreEqual("""
            755 0:0 app/
            755 0:0 app/Web = the program
            644 0:0 app/Web.dll = the app

            """, await LayerReader.ListAsync(exported.Layers[3].Layer));
    }

    [TestMethod]
    public async Task The_config_keeps_the_run_images_and_adds_what_buildpacks_and_platform_say()
    {
        using var scenario = new Scenario();

        ExportedImage exported = await scenario.PublishAsync();

        JsonNode config = JsonNode.Parse(exported.Image.ConfigBytes.Span)!;
        config["config"]!["Labels"] = null;
        config["rootfs"] = null;
        Assert.AreEqual("""
            {
              "architecture": "amd64",
              "os": "linux",
              "config": {
                "Env": [
                  "PATH=/opt/runtime:/usr/bin",
                  "CNB_LAYERS_DIR=/layers",
                  "CNB_APP_DIR=/app",
                  "CNB_PLATFORM_API=0.12",
                  "ROOT=/opt/runtime"
                ],
                "User": "1654",
                "Entrypoint": [
                  "/app/Web"
                ],
                "Cmd": [
                  "--quiet"
                ],
                "Labels": null,
                "WorkingDir": "/app",
                "ExposedPorts": {
                  "8080/tcp": {}
                }
              },
              "rootfs": null,
              "history": [
                {
                  "created_by": "the base"
                },
                {
                  "created": "1980-01-01T00:00:01Z",
                  "created_by": "Layer: 'runtime', Created by buildpack: acme/runtime@10.0.1"
                },
                {
                  "created": "1980-01-01T00:00:01Z",
                  "created_by": "Application Slice: packages"
                },
                {
                  "created": "1980-01-01T00:00:01Z",
                  "created_by": "Application Slice: static"
                },
                {
                  "created": "1980-01-01T00:00:01Z",
                  "created_by": "Application Layer"
                }
              ],
              "created": "1980-01-01T00:00:01Z"
            }
            """, Indented(config));
    }

    [TestMethod]
    public async Task The_labels_are_those_of_the_specification()
    {
        using var scenario = new Scenario();

        ExportedImage exported = await scenario.PublishAsync(new ExportSettings
        {
            ProjectMetadata = new Dictionary<string, object> { ["source"] = new Dictionary<string, object> { ["type"] = "git", ["version"] = new Dictionary<string, object> { ["commit"] = "c0ffee" } } },
        });

        IReadOnlyDictionary<string, string> labels = exported.Image.Config.Labels;
        Assert.AreEqual(
            "io.buildpacks.base.distro.name io.buildpacks.base.distro.version io.buildpacks.build.metadata io.buildpacks.exec-env io.buildpacks.lifecycle.metadata io.buildpacks.project.metadata title",
            string.Join(' ', labels.Keys));
        Assert.AreEqual("Web", labels["title"]);
        Assert.AreEqual("""{"source":{"type":"git","version":{"commit":"c0ffee"}}}""", labels["io.buildpacks.project.metadata"]);
        Assert.AreEqual(
            """{"buildpacks":[{"id":"acme/runtime","version":"10.0.1"},{"id":"acme/app","version":"1.0.0"}],"processes":[{"type":"web","""
            + """ "command":["/app/Web"],"args":["--quiet"],"direct":true,"buildpackID":"acme/app"}],"buildpack-default-process-type":"web"}""".TrimStart(),
            labels["io.buildpacks.build.metadata"]);

        ResolvedImage runImage = await scenario.RunImageAsync();
        string App(int index) => $$"""{"sha":"{{exported.Layers[index].Layer.DiffId}}","buildpacktasks":{{Stored(exported.Layers[index])}}}""";
        string layer = $$$"""{"sha":"{{{exported.Layers[0].Layer.DiffId}}}","data":{"count":3,"share":1.0,"version":"10.0.1","buildpacktasks":{{{Stored(exported.Layers[0])}}}},"build":false,"launch":true,"cache":false}""";
        Assert.AreEqual(
            $$$"""{"app":[{{{App(1)}}},{{{App(2)}}},{{{App(3)}}}],"buildpacks":[{"key":"acme/runtime","version":"10.0.1","layers":{"runtime":{{{layer}}}}},"""
            + """{"key":"acme/app","version":"1.0.0","layers":{}}],"""
            + $$$""" "runImage":{"topLayer":"{{{runImage.Image.Layers[0].DiffId}}}","reference":"{{{runImage.Reference}}}","image":"registry.example.com/base:1","buildpacktasks":{"layers":[{"sha":"{{{runImage.Image.Layers[0].DiffId}}}",{{{Stored((KnownLayer)runImage.Image.Layers[0])[1..]}}}],"environment":""".TrimStart()
            + """{"PATH":"/usr/bin"}}},"""
            + """ "exec-env":"production","config":{"sha":""},"launcher":{"sha":""},"process-types":{"sha":""},"stack":{"runImage":{"image":"registry.example.com/base:1"}},"buildpacktasks":{"version":1}}""".TrimStart(),
            labels["io.buildpacks.lifecycle.metadata"]);
    }

    [TestMethod]
    public async Task The_manifest_says_what_the_image_is_based_on()
    {
        using var scenario = new Scenario();
        ResolvedImage runImage = await scenario.RunImageAsync();

        ExportedImage oci = await scenario.PublishAsync();
        ExportedImage docker = await scenario.PublishAsync(new ExportSettings { Format = ImageFormat.Docker });

        Assert.AreEqual(
            $"org.opencontainers.image.base.digest={runImage.Image.Digest} org.opencontainers.image.base.name=registry.example.com/base:1",
            string.Join(' ', oci.Image.Annotations.Select(static annotation => $"{annotation.Key}={annotation.Value}")));
        Assert.IsEmpty(docker.Image.Annotations);
    }

    [TestMethod]
    public async Task Two_builds_in_different_directories_give_the_same_image()
    {
        using var one = new Scenario();
        using var two = new Scenario();
        foreach (string file in Directory.EnumerateFiles(two.App, "*", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(file, new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        Digest first = (await one.PublishAsync()).Image.Digest;
        Digest second = (await two.PublishAsync()).Image.Digest;

        Assert.AreEqual(first, second);
    }

    [TestMethod]
    public async Task Publishing_again_reuses_every_layer()
    {
        using var scenario = new Scenario();
        ExportedImage first = await scenario.PublishAsync();

        ExportedImage second = await scenario.PublishAsync();

        Assert.IsTrue(first.Layers.All(static layer => layer.Layer.Created));
        Assert.IsFalse(second.Layers.Any(static layer => layer.Layer.Created));
        Assert.AreEqual(first.Image.Digest, second.Image.Digest);
    }

    [TestMethod]
    [DataRow("app/Web.dll", "app")]
    [DataRow("app/Package.dll", "packages")]
    [DataRow("app/wwwroot/site.css", "static")]
    [DataRow("runtime/libruntime.so", "runtime")]
    public async Task A_file_that_changes_changes_its_own_layer_only(string file, string changed)
    {
        using var scenario = new Scenario();
        ExportedImage first = await scenario.PublishAsync();
        scenario.Write(file, "something else");

        ExportedImage second = await scenario.PublishAsync();

        string[] differing = [.. first.Layers.Zip(second.Layers).Where(static pair => pair.First.Layer.Descriptor.Digest != pair.Second.Layer.Descriptor.Digest).Select(static pair => pair.Second.Name)];
        Assert.AreEqual(changed, string.Join(' ', differing));
    }

    [TestMethod]
    public async Task A_file_of_equal_length_that_is_served_over_HTTP_gets_another_time()
    {
        using var scenario = new Scenario();
        string before = await LayerReader.ListAsync((await scenario.PublishAsync()).Layers[2].Layer);
        scenario.Write("app/wwwroot/site.css", "body {_}");

        string after = await LayerReader.ListAsync((await scenario.PublishAsync()).Layers[2].Layer);

        Assert.AreNotEqual(before.Split('@')[1], after.Split('@')[1]);
    }

    [TestMethod]
    public async Task What_a_buildpack_noted_comes_back_from_the_previous_image_with_its_types()
    {
        using var scenario = new Scenario();
        ExportedImage first = await scenario.PublishAsync();

        await scenario.PublishAsync(previous: new ResolvedImage("web", "web@" + first.Image.Digest, first.Image));
        await new Restorer(scenario.Image, new BuildpackLayerCache(scenario.Cache, "app")).RestoreAsync(CancellationToken.None);

        string restored = await File.ReadAllTextAsync(scenario.Image.LayerFile(BuildpackId.Parse("acme/runtime"), LayerName.Parse("runtime")));
        Assert.AreEqual("[metadata]\ncount = 3\nshare = 1.0\nversion = \"10.0.1\"\n", restored);
    }

    [TestMethod]
    public async Task Export_can_run_again_in_another_process_from_what_build_left()
    {
        using var scenario = new Scenario();
        ExportedImage first = await scenario.PublishAsync();
        var elsewhere = new LayerCache(scenario.Below("another-cache"), 1L << 30);

        ExportedImage again = await new Exporter(scenario.Image, elsewhere).ExportAsync(await scenario.RunImageAsync(), scenario.App, new ExportSettings(), CancellationToken.None);

        Assert.AreEqual(first.Image.Digest, again.Image.Digest);
    }

    [TestMethod]
    public async Task On_an_empty_disk_no_layer_is_made_that_the_previous_image_has()
    {
        using var scenario = new Scenario();
        ExportedImage first = await scenario.PublishAsync();
        await scenario.PublishAsync(previous: new ResolvedImage("web", "web@" + first.Image.Digest, first.Image));
        LifecycleMetadata known = (await AnalyzedFile.ReadAsync(scenario.Image, CancellationToken.None)).PreviousMetadata!;
        var index = new ImageLayerIndex(known.StoredLayers.Select(static stored =>
            new KnownLayer(stored.Value.Fingerprint, LayerOrigin.PreviousImage, new NamedLayer(stored.Key, stored.Value.Digest, stored.Value.Size))));
        var empty = new LayerCache(scenario.Below("empty"), 1L << 30);

        ExportedImage again = await new Exporter(scenario.Image, empty.Knowing(index, null)).ExportAsync(await scenario.RunImageAsync(), scenario.App, new ExportSettings(), CancellationToken.None);

        Assert.AreEqual(first.Image.Digest, again.Image.Digest);
        Assert.IsTrue(again.Layers.All(static layer => layer.Layer.Origin == LayerOrigin.PreviousImage));
        Assert.IsFalse(Directory.Exists(scenario.Below("empty/blobs")));
        Assert.AreEqual(first.Image.Layers.Count, index.Layers.Count);
    }

    [TestMethod]
    public async Task A_layer_that_a_buildpack_knows_by_its_fingerprint_is_not_made_again()
    {
        using var scenario = new Scenario();
        var made = new List<bool>();
        FakeBuildpack buildpack = new("acme/runtime")
        {
            Build = context =>
            {
                Digest fingerprint = Digest.Of("runtime 10.0.1"u8);
                bool known = context.IsKnownAsync(fingerprint, CancellationToken.None).GetAwaiter().GetResult();
                made.Add(!known);
                return new BuildResult
                {
                    Layers = [new BuildpackLayer { Name = LayerName.Parse("runtime"), Fingerprint = fingerprint, Entries = known ? null : [LayerEntry.ForFile("opt/x", FileContent.FromBytes([1]))] }],
                };
            },
        };

        ExportedImage first = await scenario.PublishAsync(new ExportSettings(), buildpack);
        ExportedImage second = await scenario.PublishAsync(new ExportSettings(), buildpack);

        Assert.AreEqual("True False", string.Join(" ", made));
        Assert.AreEqual(first.Image.Digest, second.Image.Digest);
        Assert.AreEqual(Digest.Of("runtime 10.0.1"u8), second.Layers[0].Layer.Fingerprint);
        var error = await Assert.ThrowsExactlyAsync<LifecycleException>(async () =>
            await new Exporter(scenario.Image, new LayerCache(scenario.Below("other"), 1L << 30)).ExportAsync(await scenario.RunImageAsync(), scenario.App, new ExportSettings(), CancellationToken.None));
        Assert.AreEqual("BPT2038: The layer 'runtime' is not where the build found it any more. Publish again: it is made anew.", $"{error.Code}: {error.Message}");
    }

    [TestMethod]
    public async Task The_image_is_the_same_in_a_store()
    {
        using var scenario = new Scenario();
        ExportedImage exported = await scenario.PublishAsync();
        var store = new OciLayoutStore(scenario.Below("layout"));

        await store.WriteAsync(exported.Image, ["1"], null, CancellationToken.None);

        Image? read = await new OciLayoutStore(scenario.Below("layout")).ReadAsync("1", new Platform("linux", "amd64"), CancellationToken.None);
        Assert.AreEqual(exported.Image.Digest, read!.Digest);
        Assert.AreEqual(await LayerReader.ListAsync(exported.Layers[0].Layer), await LayerReader.ListAsync(read.Layers[1]));
    }

    private static string Stored(ExportedLayer layer) => Stored(layer.Layer);

    private static string Stored(KnownLayer layer) =>
        $$"""{"fingerprint":"{{layer.Fingerprint}}","digest":"{{layer.Descriptor.Digest}}","size":{{layer.Descriptor.Size}}}""";

    private static string Indented(JsonNode json) =>
        json.ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
