using System.Text.Json.Nodes;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle.Tests;

[TestClass]
public sealed class RebasedLabelTests
{
    // Laid out as the reference's exporter writes it, with members that neither knows.
    private const string Reference = """
        {"app":[{"sha":"{app}","other":1}],"sbom":{"sha":"{sbom}"},"buildpacks":[{"key":"acme/runtime","version":"1.2.3","layers":{"runtime":{"sha":"{runtime}","data":{"ratio":1.0,"big":9007199254740993,"none":null,"text":"<a&b>"},"build":false,"launch":true,"cache":true}},"later":true}],"config":{"sha":"{config}"},"launcher":{"sha":"{launcher}"},"process-types":{"sha":"{process-types}"},"runImage":{"topLayer":"{os}","reference":"index.docker.io/acme/run@{old}","image":"index.docker.io/acme/run:noble","mirrors":["registry.example.com/run:noble"],"later":[1,null]},"stack":{"runImage":{"image":"index.docker.io/acme/run:noble","mirrors":["registry.example.com/run:noble"],"later":{}}},"later":"member"}
        """;

    private static readonly string[] Layers = ["os", "runtime", "sbom", "app", "launcher", "config", "process-types"];

    [TestMethod]
    public async Task Only_what_changes_is_changed_and_members_of_others_survive()
    {
        Image after = (await RebaseAsync(Reference, null)).After;

        string reference = $"docker.io/acme/run:noble@{NewRunImage.Digest}";
        Assert.AreEqual(
            NamedImages.Filled(Reference.TrimEnd()
                .Replace("\"topLayer\":\"{os}\"", "\"topLayer\":\"{new os}\"", StringComparison.Ordinal)
                .Replace("index.docker.io/acme/run@{old}", reference, StringComparison.Ordinal)
                .Replace("\"later\":[1,null]}", "\"later\":[1,null],\"buildpacktasks\":{\"environment\":{\"V\":\"2\"}}}", StringComparison.Ordinal)),
            after.Config.Labels[LifecycleMetadata.Label]);
    }

    [TestMethod]
    public async Task A_tag_of_the_same_repository_is_followed_from_then_on()
    {
        JsonNode label = JsonNode.Parse((await RebaseAsync(Reference, "docker.io/acme/run:noble-2")).After.Config.Labels[LifecycleMetadata.Label])!;

        Assert.AreEqual(
            """docker.io/acme/run:noble-2 ["registry.example.com/run:noble"] docker.io/acme/run:noble-2 ["registry.example.com/run:noble"]""",
            $"{label["runImage"]!["image"]} {label["runImage"]!["mirrors"]!.ToJsonString()} {label["stack"]!["runImage"]!["image"]} {label["stack"]!["runImage"]!["mirrors"]!.ToJsonString()}");
    }

    [TestMethod]
    [DataRow("registry.example.com/run:noble")]
    [DataRow("acme/run@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    public async Task A_mirror_or_a_digest_is_no_other_name(string asked)
    {
        JsonNode label = JsonNode.Parse((await RebaseAsync(Reference, asked)).After.Config.Labels[LifecycleMetadata.Label])!;

        Assert.AreEqual("index.docker.io/acme/run:noble", (string?)label["runImage"]!["image"]);
    }

    [TestMethod]
    public async Task Another_repository_by_force_takes_the_name_and_drops_the_mirrors()
    {
        RebasedImage rebased = await RebaseAsync(Reference, "other/run:1", force: true);
        JsonNode label = JsonNode.Parse(rebased.After.Config.Labels[LifecycleMetadata.Label])!;

        Assert.AreEqual(
            "other/run:1 null other/run:1 null {}",
            $"{label["runImage"]!["image"]} {label["runImage"]!["mirrors"]?.ToJsonString() ?? "null"} {label["stack"]!["runImage"]!["image"]} {label["stack"]!["runImage"]!["mirrors"]?.ToJsonString() ?? "null"} {label["stack"]!["runImage"]!["later"]!.ToJsonString()}");
        Assert.AreEqual(
            "The image 'web:1' was built on 'index.docker.io/acme/run:noble' or 'registry.example.com/run:noble', and 'other/run:1' is not a version of that.", rebased.Overridden.Single());
    }

    [TestMethod]
    public async Task What_names_the_run_image_under_the_stack_only_keeps_doing_so()
    {
        const string legacy = """{"app":{"sha":"{app}"},"buildpacks":[],"config":{"sha":"{config}"},"launcher":{"sha":"{launcher}"},"runImage":{"topLayer":"{os}","reference":"{old}"},"stack":{"runImage":{"image":"acme/run:full"}}}""";

        JsonNode same = JsonNode.Parse((await RebaseAsync(legacy, "acme/run:full-2", layers: ["os", "app", "launcher", "config"])).After.Config.Labels[LifecycleMetadata.Label])!;
        JsonNode other = JsonNode.Parse((await RebaseAsync(legacy, "other/run:1", force: true, layers: ["os", "app", "launcher", "config"])).After.Config.Labels[LifecycleMetadata.Label])!;

        Assert.AreEqual(" acme/run:full-2", $"{same["runImage"]!["image"]} {same["stack"]!["runImage"]!["image"]}");
        Assert.AreEqual("other/run:1 other/run:1", $"{other["runImage"]!["image"]} {other["stack"]!["runImage"]!["image"]}");
    }

    [TestMethod]
    public async Task The_reference_reads_what_we_write()
    {
        using var app = new RebasedBuild();
        Image before = (await app.BuildAsync(await app.RunImageAsync(1))).Image;
        Image after = (await RebasedBuild.RebaseAsync(before, await app.RunImageAsync(2))).After;

        var built = ReferenceLabel.Read(before.Config.Labels[LifecycleMetadata.Label]);
        var rebased = ReferenceLabel.Read(after.Config.Labels[LifecycleMetadata.Label]);

        Assert.AreEqual(before.Layers[0].DiffId.ToString(), built.RunImage.TopLayer);
        Assert.AreEqual(after.Layers[1].DiffId.ToString(), rebased.RunImage.TopLayer);
        Assert.AreEqual(RebasedBuild.RunImageName, rebased.RunImage.Image);
        Assert.AreEqual(RebasedBuild.RunImageName, rebased.Stack!.RunImage.Image);
        Assert.AreEqual("0.12", after.Config.Environment.Single(static variable => variable.Key == "CNB_PLATFORM_API").Value);
    }

    [TestMethod]
    public async Task An_image_of_ours_that_the_reference_rebased_is_rebased_by_us_and_says_what_is_not_known()
    {
        using var app = new RebasedBuild();
        Image before = (await app.BuildAsync(await app.RunImageAsync(1))).Image;
        ResolvedImage second = await app.RunImageAsync(2), third = await app.RunImageAsync(3);
        Image byReference = before.Rebase(1, second.Image).WithConfig(config => config.WithLabels(
            [new(LifecycleMetadata.Label, ReferenceLabel.Read(config.Labels[LifecycleMetadata.Label]).Rebased(second.Image.Layers[^1].DiffId.ToString(), second.Reference))]));
        var runImages = new FixedRunImages();
        runImages.Images.Add(RebasedBuild.RunImageName, third.Image);
        runImages.Configs.Add(second.Reference, second.Image.Config);

        RebasedImage rebased = await byReference.RebaseAsync(runImages);
        RebasedImage again = await rebased.After.RebaseAsync(runImages);

        Assert.AreEqual(string.Join(' ', third.Image.Layers.Concat(before.Layers.Skip(1)).Select(static layer => layer.DiffId)), string.Join(' ', rebased.After.Layers.Select(static layer => layer.DiffId)));
        Assert.AreEqual("The image and its run image differ in BASE_VERSION, CHANGED, LIST, PATH, and nobody noted why: the image's values stay.", string.Join('\n', rebased.Notes));
        Assert.AreSame(rebased.After, again.After);
        var notes = new List<string>();
        Assert.IsTrue(LifecycleMetadata.Of(new ResolvedImage("web", "web", rebased.After), notes)!.StoredLayers.Any());
    }

    private static Image NewRunImage => NamedImages.Of(["new os"]).With([new("V", "2")], []);

    private static Task<RebasedImage> RebaseAsync(string label, string? asked, bool force = false, string[]? layers = null)
    {
        Image image = NamedImages.Of(layers ?? Layers).With([new("PATH", "/cnb/process:/cnb/lifecycle:/bin")], []).WithMetadata(label.TrimEnd());
        var runImages = new FixedRunImages();
        runImages.Images.Add(asked ?? "index.docker.io/acme/run:noble", NewRunImage);
        return image.RebaseAsync(runImages, new RebaseSettings { RunImage = asked, Force = force });
    }
}
