using System.Text.Json.Nodes;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle.Tests;

[TestClass]
public sealed class RebaserTests
{
    private const string Label = """{"app":[{"sha":"{app}"}],"runImage":{"topLayer":"{os}","image":"base:1","buildpacktasks":{"environment":{}}}}""";

    [TestMethod]
    public async Task All_platforms_of_an_index_are_rebased_and_its_order_and_annotations_stay()
    {
        TaggedImage index = IndexOf(AppFor("arm64"), AppFor("amd64"));
        RebaseResult result = await new Rebaser(new RebaseSettings(), new RunImages(), new FixedSystems(), []).RebaseAsync(index, "web:1", CancellationToken.None);

        JsonNode json = JsonNode.Parse(result.Index!.Bytes.Span)!;
        Assert.AreEqual("arm64 amd64 kept", $"{json["manifests"]![0]!["platform"]!["architecture"]} {json["manifests"]![1]!["platform"]!["architecture"]} {json["annotations"]!["mine"]}");
        Assert.IsTrue(result.IsChanged);
        Assert.AreEqual(result.Index.Digest, result.Digest);
        Assert.IsTrue(result.Images.All(image => image.After.Layers[0].DiffId == NamedImages.DiffId("new os for " + image.After.Config.Platform.Architecture)));
        Assert.IsTrue(result.Images.All(static image => image.Notes.Count == 0));
    }

    [TestMethod]
    public async Task An_index_is_rebased_whole_or_not_at_all_and_the_error_names_the_platform()
    {
        TaggedImage index = IndexOf(AppFor("amd64"), NamedImages.Of(["os", "app"], new Platform("linux", "arm64")));

        var error = await Assert.ThrowsExactlyAsync<LifecycleException>(
            () => new Rebaser(new RebaseSettings(), new RunImages(), new FixedSystems(), []).RebaseAsync(index, "web:1", CancellationToken.None));

        StringAssert.StartsWith($"{error.Code}: {error.Message}", "BPT2220: For linux/arm64: The image 'web:1' has no label");
    }

    [TestMethod]
    public async Task Attestations_of_the_images_before_are_left_out_and_the_user_hears_of_it()
    {
        TaggedImage index = IndexOf([new Descriptor(MediaTypes.OciManifest, Digest.Of("attestation"u8), 5)], AppFor("amd64"));

        RebaseResult result = await new Rebaser(new RebaseSettings(), new RunImages(), new FixedSystems(), []).RebaseAsync(index, "web:1", CancellationToken.None);

        Assert.HasCount(1, JsonNode.Parse(result.Index!.Bytes.Span)!["manifests"]!.AsArray());
        Assert.AreEqual("The index lists 1 thing beside images, such as attestations: they speak of the images before and are left out.", string.Join('\n', result.Images[0].Notes));
    }

    [TestMethod]
    public async Task What_is_up_to_date_stays_the_very_same_and_nothing_is_read()
    {
        TaggedImage index = IndexOf([new Descriptor(MediaTypes.OciManifest, Digest.Of("attestation"u8), 5)], AppFor("amd64"));
        var runImages = new RunImages { Layer = "os" };
        var systems = new FixedSystems();

        RebaseResult result = await new Rebaser(new RebaseSettings(), runImages, systems, []).RebaseAsync(index, "web:1", CancellationToken.None);

        Assert.IsFalse(result.IsChanged);
        Assert.AreEqual(index.Descriptor.Digest, result.Digest);
        Assert.AreSame(index.Images[0], result.Images[0].After);
        Assert.IsEmpty(result.Images[0].Changes);
        Assert.AreEqual(0, systems.Readings);
    }

    [TestMethod]
    public async Task An_image_on_nothing_stays_on_nothing()
    {
        Image image = NamedImages.Of(["app"]).WithMetadata("""{"app":[{"sha":"{app}"}],"runImage":{"reference":"scratch","image":"scratch"}}""");

        RebasedImage rebased = await image.RebaseAsync(new FixedRunImages());

        Assert.AreSame(image, rebased.After);
    }

    [TestMethod]
    public async Task An_image_on_nothing_is_put_on_something_by_force_and_back()
    {
        Image image = NamedImages.Of(["app"]).WithMetadata("""{"app":[{"sha":"{app}"}],"runImage":{"reference":"scratch","image":"scratch"},"stack":{"runImage":{"image":"scratch"}}}""");
        var runImages = new FixedRunImages();
        runImages.Images.Add("base:1", NamedImages.Of(["os"]));
        runImages.Images.Add("scratch", Image.Empty(new Platform("linux", "amd64")));

        RebasedImage there = await image.RebaseAsync(runImages, new RebaseSettings { RunImage = "base:1", Force = true });
        RebasedImage back = await there.After.RebaseAsync(runImages, new RebaseSettings { RunImage = "scratch", Force = true });

        StringAssert.Contains(there.After.Config.Labels[LifecycleMetadata.Label], NamedImages.Filled("\"runImage\":{\"topLayer\":\"{os}\",\"reference\":\"docker.io/library/base:1@"));
        Assert.AreEqual(image.Config.Labels[LifecycleMetadata.Label], back.After.Config.Labels[LifecycleMetadata.Label]);
        Assert.HasCount(1, back.After.Layers);
    }

    [TestMethod]
    public async Task The_report_names_layers_and_packages_that_change()
    {
        Image image = NamedImages.Of(["os", "shared", "old", "app"]).WithMetadata("""{"app":[{"sha":"{app}"}],"runImage":{"topLayer":"{old}","reference":"base@pinned","image":"base:1"}}""");
        var runImages = new FixedRunImages();
        runImages.Images.Add("base:1", NamedImages.Of(["new os", "shared"]));
        var systems = new FixedSystems();
        systems.Systems.Add(NamedImages.DiffId("os"), new SystemFacts("debian", "13", "glibc", [new("libc6", "2.41.1")]));
        systems.Systems.Add(NamedImages.DiffId("new os"), new SystemFacts("debian", "13", "glibc", [new("libc6", "2.41.2")]));

        RebaseChange change = (await image.RebaseAsync(runImages, null, systems)).Changes.Single();

        Assert.AreEqual($"run image: base@pinned -> docker.io/library/base:1@{runImages.Images["base:1"].Digest}", $"{change.Part}: {change.Before} -> {change.After}");
        Assert.AreEqual(
            NamedImages.Filled("run image {os} -> {new os}\nrun image {old} -> "),
            string.Join('\n', change.Layers.Select(static layer => $"{layer.Name} {layer.Before?.DiffId} -> {layer.After?.DiffId.ToString() ?? ""}")));
        Assert.AreEqual("libc6 2.41.1 -> 2.41.2", string.Join('\n', change.Packages.Select(static package => $"{package.Name} {package.Before} -> {package.After}")));
    }

    [TestMethod]
    public async Task What_an_updater_objects_to_is_refused_or_overridden_with_the_rest()
    {
        using var app = new RebasedBuild();
        Image before = (await app.BuildAsync(await app.RunImageAsync(1))).Image;
        FixedUpdater real = app.Updater("10.0.2");
        var updater = new FixedUpdater("runtime", (image, layers) => real.UpdateAsync(image, layers, CancellationToken.None).Result! with
        {
            Objections = [Assert.ThrowsExactly<LifecycleException>(static () => BuildpacksImage.Read(NamedImages.Of(["os"]), "x"))],
            Notes = ["A note."],
        });

        var error = await Assert.ThrowsExactlyAsync<LifecycleException>(async () => await RebasedBuild.RebaseAsync(before, await app.RunImageAsync(1), null, updater));
        RebasedImage forced = await RebasedBuild.RebaseAsync(before, await app.RunImageAsync(1), new RebaseSettings { Force = true }, updater);

        Assert.AreEqual("BPT2220", error.Code);
        Assert.AreEqual("runtime", forced.Changes.Single().Part);
        Assert.HasCount(1, forced.Overridden);
        Assert.AreEqual("A note.", string.Join('\n', forced.Notes));
    }

    [TestMethod]
    public async Task What_its_maker_says_of_rebasing_counts_where_only_other_layers_would_change()
    {
        using var app = new RebasedBuild();
        Image before = (await app.BuildAsync(await app.RunImageAsync(1))).Image.With([], [new("io.buildpacks.rebasable", "false")]);

        var error = await Assert.ThrowsExactlyAsync<LifecycleException>(async () => await RebasedBuild.RebaseAsync(before, await app.RunImageAsync(1), null, app.Updater("10.0.2")));
        RebasedImage forced = await RebasedBuild.RebaseAsync(before, await app.RunImageAsync(1), new RebaseSettings { Force = true }, app.Updater("10.0.2"));
        RebasedImage unchanged = await RebasedBuild.RebaseAsync(before, await app.RunImageAsync(1), null);

        StringAssert.StartsWith($"{error.Code}: {error.Message}", "BPT2230: The maker of the image");
        Assert.HasCount(1, forced.Overridden);
        Assert.HasCount(1, forced.Changes);
        Assert.AreSame(before, unchanged.After);
    }

    [TestMethod]
    public async Task Labels_follow_the_layer_that_they_speak_of()
    {
        using var app = new RebasedBuild();
        Image before = (await app.BuildAsync(await app.RunImageAsync(1))).Image;
        FixedUpdater real = app.Updater("10.0.2");
        var updater = new FixedUpdater("runtime", (image, layers) => real.UpdateAsync(image, layers, CancellationToken.None).Result! with
        {
            Labels = new Dictionary<string, string?> { ["title"] = "Web on 10.0.2", ["same"] = null },
        });

        Image after = (await RebasedBuild.RebaseAsync(before, await app.RunImageAsync(1), null, updater)).After;

        Assert.AreEqual("Web on 10.0.2", after.Config.Labels["title"]);
        Assert.IsFalse(after.Config.Labels.ContainsKey("same"));
        Assert.HasCount(before.Config.Labels.Count - 1, after.Config.Labels);
    }

    [TestMethod]
    public async Task A_layer_that_is_in_the_label_only_cannot_be_updated()
    {
        using var app = new RebasedBuild();
        Image image = NamedImages.Of(["os", "app"]).WithMetadata("""
            {"app":[{"sha":"{app}"}],"buildpacks":[{"key":"acme/runtime","version":"1","layers":{"runtime":{"sha":"{os}","data":{"version":"1"},"launch":false,"build":true,"cache":false}}}],"runImage":{"topLayer":"{os}","image":"base:1"}}
            """);

        var error = await Assert.ThrowsExactlyAsync<LifecycleException>(async () => await image.RebaseAsync(new FixedRunImages(), new RebaseSettings { ReplacesRunImage = false }, null, app.Updater("2")));

        StringAssert.StartsWith($"{error.Code}: {error.Message}", "BPT2222: The image 'web:1' says that it has the layer 'acme/runtime:runtime'");
    }

    private static Image AppFor(string architecture) => NamedImages.Of(["os", "app"], new Platform("linux", architecture)).WithMetadata(Label);

    private static TaggedImage IndexOf(params Image[] images) => IndexOf([], images);

    private static TaggedImage IndexOf(Descriptor[] others, params Image[] images)
    {
        var json = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = MediaTypes.OciIndex,
            ["manifests"] = new JsonArray([
                .. images.Select(static image => (JsonNode)new JsonObject
                {
                    ["mediaType"] = image.Descriptor.MediaType, ["size"] = image.Descriptor.Size, ["digest"] = image.Digest.ToString(),
                    ["platform"] = new JsonObject { ["architecture"] = image.Config.Platform.Architecture, ["os"] = "linux" },
                }),
                .. others.Select(static other => (JsonNode)new JsonObject { ["mediaType"] = other.MediaType, ["size"] = other.Size, ["digest"] = other.Digest.ToString() }),
            ]),
            ["annotations"] = new JsonObject { ["mine"] = "kept" },
        };
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(json.ToJsonString());
        return new TaggedImage(new Descriptor(MediaTypes.OciIndex, Digest.Of(bytes), bytes.Length), bytes, images) { Others = others };
    }

    /// <summary>A run image for each platform.</summary>
    private sealed class RunImages : IRunImageSource
    {
        public string Layer { get; init; } = "new os for ";

        public Task<ResolvedImage> FindAsync(string name, BuildpacksImage image, CancellationToken cancellationToken)
        {
            Platform platform = image.Image.Config.Platform;
            Image found = NamedImages.Of([Layer == "os" ? Layer : Layer + platform.Architecture], platform);
            return Task.FromResult(new ResolvedImage(name, $"{name}@{found.Digest}", found));
        }

        public Task<ImageConfig?> FindConfigAsync(string reference, Platform platform, CancellationToken cancellationToken) => Task.FromResult<ImageConfig?>(null);
    }
}
