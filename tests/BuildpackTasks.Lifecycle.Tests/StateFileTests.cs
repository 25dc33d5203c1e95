using BuildpackTasks.Oci;
using BuildpackTasks.Testing;
using BuildpackTasks.Toml;

namespace BuildpackTasks.Lifecycle.Tests;

[TestClass]
public sealed class StateFileTests
{
    private static readonly Digest Sha = Digest.Of("x"u8);

    [TestMethod]
    public async Task Analysis_writes_what_it_found()
    {
        using var directory = new TemporaryDirectory();
        var state = new ImageDirectory(directory.Combine("image"));
        var metadata = new LifecycleMetadata(
            new RunImageMetadata(Sha, "base@" + Sha, "base:1", new Dictionary<Digest, StoredLayer>()),
            [new BuildpackMetadata(BuildpackId.Parse("acme/b"), "1.0.0", new Dictionary<string, LayerMetadata> { ["l"] = new(Sha, true, false, false, new Dictionary<string, object> { ["n"] = 3L }, new StoredLayer(Sha, Sha, 12)) })],
            [new AppLayerMetadata(Sha, null)]);
        Image previous = Image.Empty(new Platform("linux", "arm64")).Append(new NamedLayer(Sha, Sha, 12)).WithConfig(config => config.WithLabels([new(LifecycleMetadata.Label, metadata.ToLabel())]));
        Image runImage = Image.Empty(new Platform("linux", "arm64", "v8")).WithConfig(static config => config.WithUser("app").WithEnvironmentVariable("PATH", "/bin").WithEnvironmentVariable("A.B", "=\"x\""));

        Analysis analysis = await new Analyzer(state).AnalyzeAsync(
            new ResolvedImage("debian://trixie", "debian://trixie", runImage) { DistributionName = "debian", DistributionVersion = "13" },
            new ResolvedImage("web:1", "web@" + Sha, previous),
            CancellationToken.None);

        Assert.IsEmpty(analysis.Notes);
        Assert.AreEqual($$"""
            [image]
            reference = "web@{{Sha}}"

            [[metadata.app]]
            sha = "{{Sha}}"

            [[metadata.buildpacks]]
            key = "acme/b"
            version = "1.0.0"

            [metadata.buildpacks.layers.l]
            sha = "{{Sha}}"
            build = false
            launch = true
            cache = false

            [metadata.buildpacks.layers.l.data]
            n = 3

            [metadata.buildpacks.layers.l.data.buildpacktasks]
            fingerprint = "{{Sha}}"
            digest = "{{Sha}}"
            size = 12

            [metadata.run-image]
            top-layer = "{{Sha}}"
            reference = "base@{{Sha}}"
            image = "base:1"

            [run-image]
            image = "debian://trixie"
            reference = "debian://trixie"

            [run-image.target]
            os = "linux"
            arch = "arm64"
            arch-variant = "v8"

            [run-image.target.distro]
            name = "debian"
            version = "13"

            [run-image.buildpacktasks]
            user = "app"

            [run-image.buildpacktasks.environment]
            "A.B" = "=\"x\""
            PATH = "/bin"

            """, await File.ReadAllTextAsync(state.AnalyzedFile));

        AnalyzedFile read = await AnalyzedFile.ReadAsync(state, CancellationToken.None);
        await read.WriteAsync(new ImageDirectory(directory.Combine("again")), CancellationToken.None);
        Assert.AreEqual(await File.ReadAllTextAsync(state.AnalyzedFile), await File.ReadAllTextAsync(directory.Combine("again", "analyzed.toml")));
    }

    [TestMethod]
    public async Task D15_The_previous_image_is_image_in_analyzed_toml_as_in_the_reference_and_not_previous_image()
    {
        using var directory = new TemporaryDirectory();
        var state = new ImageDirectory(directory.Combine("image"));
        Image image = Image.Empty(new Platform("linux", "amd64"));

        await new Analyzer(state).AnalyzeAsync(new ResolvedImage("base", "base", image), new ResolvedImage("web:1", "web@" + Sha, image), CancellationToken.None);

        TomlTable written = TomlReader.Read(await File.ReadAllTextAsync(state.AnalyzedFile));
        Assert.AreEqual("image run-image", string.Join(' ', written.Keys.Order(StringComparer.Ordinal)));
        await File.WriteAllTextAsync(state.AnalyzedFile, (await File.ReadAllTextAsync(state.AnalyzedFile)).Replace("[image]", "[previous-image]", StringComparison.Ordinal));
        Assert.IsNull((await AnalyzedFile.ReadAsync(state, CancellationToken.None)).PreviousImage);
    }

    [TestMethod]
    [DataRow("not JSON", "it is not JSON")]
    [DataRow("[]", "it is not JSON")]
    [DataRow("""{"buildpacktasks":{"version":2},"app":"later"}""", "another version of this package wrote it, in format 2, and this one knows 1")]
    [DataRow("""{"buildpacktasks":{"version":"2"}}""", "a part that is needed is missing or has another form")]
    [DataRow("""{"buildpacks":[{"key":"a b"}]}""", "a part that is needed is missing or has another form")]
    [DataRow("""{"app":[{"sha":"sha256:none"}]}""", "a part that is needed is missing or has another form")]
    [DataRow("""{"buildpacks":[{"key":"a","layers":[]}]}""", "a part that is needed is missing or has another form")]
    public async Task A_previous_image_whose_label_is_corrupt_counts_as_none_and_the_user_hears_of_it(string label, string problem)
    {
        using var directory = new TemporaryDirectory();
        var state = new ImageDirectory(directory.Combine("image"));
        Image previous = Image.Empty(new Platform("linux", "amd64")).WithConfig(config => config.WithLabels([new(LifecycleMetadata.Label, label)]));

        Analysis analysis = await new Analyzer(state).AnalyzeAsync(new ResolvedImage("r", "r", previous), new ResolvedImage("web:1", "web:1", previous), CancellationToken.None);

        Assert.IsNull((await AnalyzedFile.ReadAsync(state, CancellationToken.None)).PreviousMetadata);
        Assert.AreEqual($"The label io.buildpacks.lifecycle.metadata of the previous image 'web:1' is ignored: {problem}. Its layers are not reused.", analysis.Notes.Single());
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow("""{"app":[],"buildpacks":[{"key":"acme/b","layers":{}}]}""")]
    public async Task A_previous_image_that_something_else_made_has_nothing_to_reuse_and_the_user_hears_of_it(string? label)
    {
        using var directory = new TemporaryDirectory();
        var state = new ImageDirectory(directory.Combine("image"));
        Image image = Image.Empty(new Platform("linux", "amd64"));
        Image previous = label is null ? image : image.WithConfig(config => config.WithLabels([new(LifecycleMetadata.Label, label)]));

        Analysis analysis = await new Analyzer(state).AnalyzeAsync(new ResolvedImage("r", "r", image), new ResolvedImage("web:1", "web:1", previous), CancellationToken.None);

        Assert.AreEqual("None of the layers of the previous image 'web:1' is reused: it does not say what they were made from, since something else made it.", analysis.Notes.Single());
    }

    [TestMethod]
    [DataRow(1, 2, 12L, MediaTypes.OciLayerGzip, true)]
    [DataRow(1, 2, 12L, MediaTypes.DockerLayerGzip, true)]
    [DataRow(1, 2, 12L, "application/vnd.oci.image.layer.v1.tar+zstd", false)]
    [DataRow(3, 2, 12L, MediaTypes.OciLayerGzip, false)]
    [DataRow(1, 3, 12L, MediaTypes.OciLayerGzip, false)]
    [DataRow(1, 2, 13L, MediaTypes.OciLayerGzip, false)]
    public async Task How_a_layer_is_stored_counts_only_where_the_image_has_just_that_layer(int diffId, int digest, long size, string mediaType, bool counts)
    {
        using var directory = new TemporaryDirectory();
        var state = new ImageDirectory(directory.Combine("image"));
        Digest sha = Digest.Of([1]);
        var stored = new StoredLayer(Digest.Of("made from this"u8), Digest.Of([2]), 12);
        var metadata = new LifecycleMetadata(
            new RunImageMetadata(null, "r", "r", new Dictionary<Digest, StoredLayer> { [sha] = stored }),
            [new BuildpackMetadata(BuildpackId.Parse("acme/b"), "1.0.0", new Dictionary<string, LayerMetadata> { ["l"] = new(sha, true, false, false, new Dictionary<string, object>(), stored) })],
            [new AppLayerMetadata(sha, stored)]);
        Image previous = Image.Empty(new Platform("linux", "amd64"))
            .Append(new NamedLayer(Digest.Of([(byte)diffId]), Digest.Of([(byte)digest]), size, mediaType))
            .WithConfig(config => config.WithLabels([new(LifecycleMetadata.Label, metadata.ToLabel())]));

        Analysis analysis = await new Analyzer(state).AnalyzeAsync(new ResolvedImage("r", "r", previous), new ResolvedImage("web:1", "web:1", previous), CancellationToken.None);

        LifecycleMetadata read = (await AnalyzedFile.ReadAsync(state, CancellationToken.None)).PreviousMetadata!;
        Assert.AreEqual(counts ? 3 : 0, read.StoredLayers.Count());
        Assert.IsTrue(read.StoredLayers.All(layer => layer.Key == sha && layer.Value == stored));
        string[] dropped = counts ? [] : ["run image", "l", "app"];
        CollectionAssert.AreEqual(
            dropped.Select(name => $"The layer '{name}' of the previous image 'web:1' is not reused: its label says {stored.Digest} of 12 bytes with the diff ID {sha}, and the image has no such layer.").ToArray(),
            analysis.Notes.ToArray());
    }

    [TestMethod]
    public void A_label_that_the_reference_lifecycle_wrote_is_understood()
    {
        LifecycleMetadata? metadata = LifecycleMetadata.TryParse(
            $$$$$"""{"app":[{"sha":"{{{{{Sha}}}}}"}],"sbom":{"sha":"{{{{{Sha}}}}}"},"buildpacks":[{"key":"paketo-buildpacks/jre","version":"1.2.3","layers":{"jre":{"sha":"{{{{{Sha}}}}}","data":{"count":3,"ratio":3.0,"big":9007199254740993,"none":null,"list":[1,{"a":true}]},"build":false,"launch":true,"cache":false}},"store":{"metadata":{"k":"v"}}}],"config":{"sha":""},"launcher":{"sha":""},"process-types":{"sha":""},"runImage":{"topLayer":"{{{{{Sha}}}}}","reference":"run@{{{{{Sha}}}}}","image":"run","mirrors":["m"]},"stack":{"runImage":{"image":"run"}}}""",
            out string? problem);

        Assert.IsNull(problem);
        LayerMetadata layer = metadata!.Buildpacks[0].Layers["jre"];
        Assert.AreEqual((3L, 3.0, 9007199254740993L, 4), ((long)layer.Data["count"], (double)layer.Data["ratio"], (long)layer.Data["big"], layer.Data.Count));
        Assert.AreEqual("v", metadata.Buildpacks[0].Store!["k"]);
        StringAssert.Contains(metadata.ToLabel(), "\"data\":{\"big\":9007199254740993,\"count\":3,\"list\":[1,{\"a\":true}],\"ratio\":3.0}", StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow(true, true, true, false)]
    [DataRow(true, true, false, false)]
    [DataRow(true, false, true, false)]
    [DataRow(true, false, false, false)]
    [DataRow(false, true, true, false)]
    [DataRow(false, true, false, false)]
    [DataRow(false, false, true, true)]
    [DataRow(false, false, false, false)]
    public async Task A_layer_comes_back_by_its_types(bool build, bool cache, bool launch, bool restored)
    {
        using var directory = new TemporaryDirectory();
        ImageDirectory state = await WithPreviousLayersAsync(directory, new LayerMetadata(Sha, launch, build, cache, new Dictionary<string, object> { ["k"] = "v" }, null));

        RestoredLayer layer = (await Restorer(state).RestoreAsync(CancellationToken.None)).Single();

        // No built-in buildpack keeps a layer's contents in a cache, so the rows that need a cache entry restore nothing.
        Assert.AreEqual(restored, layer.Restored);
        string file = state.LayerFile(BuildpackId.Parse("acme/b"), LayerName.Parse("l"));
        Assert.AreEqual(restored ? "[metadata]\nk = \"v\"\n" : "none", File.Exists(file) ? await File.ReadAllTextAsync(file) : "none");
    }

    [TestMethod]
    [DataRow("../../escape")]
    [DataRow("..")]
    [DataRow("launch")]
    public async Task A_layer_of_the_previous_image_whose_name_cannot_be_one_is_not_restored(string name)
    {
        using var directory = new TemporaryDirectory();
        ImageDirectory state = await WithPreviousLayersAsync(directory, new LayerMetadata(Sha, true, false, false, new Dictionary<string, object> { ["k"] = "v" }, null), name);

        RestoredLayer layer = (await Restorer(state).RestoreAsync(CancellationToken.None)).Single();

        Assert.IsFalse(layer.Restored);
        Assert.AreEqual("analyzed.toml group.toml", string.Join(' ', Directory.EnumerateFiles(directory.Path, "*", SearchOption.AllDirectories).Select(Path.GetFileName).Order(StringComparer.Ordinal)));
    }

    [TestMethod]
    public async Task Restore_empties_the_layers_of_an_earlier_build()
    {
        using var directory = new TemporaryDirectory();
        ImageDirectory state = await WithPreviousLayersAsync(directory, new LayerMetadata(Sha, false, false, false, new Dictionary<string, object>(), null));
        directory.Write("image/layers/acme_b/old.toml", "[types]\nlaunch = true\n");

        await Restorer(state).RestoreAsync(CancellationToken.None);

        Assert.IsFalse(Directory.Exists(state.LayersDirectory));
    }

    [TestMethod]
    public async Task A_phase_whose_input_is_missing_says_which_target_writes_it()
    {
        using var directory = new TemporaryDirectory();
        var state = new ImageDirectory(directory.Path);

        var error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => Restorer(state).RestoreAsync(CancellationToken.None));

        Assert.AreEqual($"BPT2002: '{state.AnalyzedFile}' is not there. Run the target AnalyzeImage, which writes it, or PublishImage, which runs all phases.", $"{error.Code}: {error.Message}");
    }

    [TestMethod]
    [DataRow("group = 1", "'group' is not a list of tables")]
    [DataRow("[[group]]\nid = \"a\"", "it has no 'group[0].version'")]
    [DataRow("[[group]]\nid = 3", "'group[0].id' is not text")]
    [DataRow("[[group]]\nid = \"a b\"", "'group[0].id': 'a b' cannot be the name of a buildpack: it holds letters, digits, '.', '/' and '-', and is not ., .., app, config, generated or sbom")]
    [DataRow("[[group]", "line 1, column 9: the header of an array of tables ends with ']]'")]
    public async Task A_file_that_somebody_changed_is_an_error_that_says_what_is_wrong(string content, string reason)
    {
        using var directory = new TemporaryDirectory();
        var state = new ImageDirectory(directory.Path);
        directory.Write("group.toml", content);

        var error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => GroupFile.ReadAsync(state, CancellationToken.None));

        Assert.AreEqual($"BPT2004: '{state.GroupFile}' is malformed: {reason}. Delete it and run PublishImage again.", $"{error.Code}: {error.Message}");
    }

    [TestMethod]
    public async Task A_file_that_cannot_be_written_is_an_error_and_the_old_one_stays()
    {
        using var directory = new TemporaryDirectory();
        string file = directory.Write("image", "a file where the directory should be");

        var error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => new GroupFile([]).WriteAsync(new ImageDirectory(file), CancellationToken.None));

        Assert.AreEqual("BPT2005", error.Code);
        Assert.AreEqual("a file where the directory should be", await File.ReadAllTextAsync(file));
    }

    [TestMethod]
    public async Task A_write_that_is_cancelled_leaves_the_old_file_and_nothing_else()
    {
        using var directory = new TemporaryDirectory();
        directory.Write("group.toml", "old");

        await Assert.ThrowsAsync<OperationCanceledException>(() => new GroupFile([]).WriteAsync(new ImageDirectory(directory.Path), new CancellationToken(canceled: true)));

        Assert.AreEqual("group.toml=old", string.Join(' ', Directory.EnumerateFiles(directory.Path).Select(static file => $"{Path.GetFileName(file)}={File.ReadAllText(file)}")));
    }

    [TestMethod]
    public async Task A_layer_whose_entries_are_damaged_is_an_error()
    {
        using var scenario = new Scenario();
        await scenario.PublishAsync();
        string file = Directory.EnumerateFiles(scenario.Image.LayersDirectory, "*.entries", SearchOption.AllDirectories).Single();
        await File.AppendAllTextAsync(file, "{\"path\":\"x\"}\n");

        var error = await Assert.ThrowsExactlyAsync<LifecycleException>(async () =>
            await new Exporter(scenario.Image, scenario.Cache).ExportAsync(await scenario.RunImageAsync(), scenario.App, new ExportSettings(), CancellationToken.None));

        Assert.AreEqual($"BPT2004: '{file}' is malformed: line 6 is not an entry of a layer. Delete it and run PublishImage again.", $"{error.Code}: {error.Message}");
    }

    private static async Task<ImageDirectory> WithPreviousLayersAsync(TemporaryDirectory directory, LayerMetadata layer, string name = "l")
    {
        var state = new ImageDirectory(directory.Combine("image"));
        var metadata = new LifecycleMetadata(new RunImageMetadata(null, "", "", new Dictionary<Digest, StoredLayer>()), [new BuildpackMetadata(BuildpackId.Parse("acme/b"), "1.0.0", new Dictionary<string, LayerMetadata> { [name] = layer })], []);
        var facts = new RunImageFacts { Platform = new Platform("linux", "amd64") };
        await new AnalyzedFile(new AnalyzedRunImage("r", "r", facts, new Dictionary<Digest, Digest>()), "web", metadata).WriteAsync(state, CancellationToken.None);
        await new GroupFile([new GroupMember(BuildpackId.Parse("acme/b"), "2.0.0", "0.12", null)]).WriteAsync(state, CancellationToken.None);
        return state;
    }

    private static Restorer Restorer(ImageDirectory state) =>
        new(state, new BuildpackLayerCache(new LayerCache(Path.Combine(state.Path, "cache"), 1L << 30), "app"));
}
