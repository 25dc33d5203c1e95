using System.Text.Json.Nodes;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle.Tests;

[TestClass]
public sealed class BuildpacksImageTests
{
    private static IEnumerable<object[]> Labels => JsonCase.Load("rebase/labels.json");

    [TestMethod]
    [DynamicData(nameof(Labels))]
    public void What_an_image_says_of_itself_is_read_whoever_made_it(JsonCase item)
    {
        Image image = NamedImages.Of(item.Json["layers"]!.AsArray().Select(static layer => (string)layer!));
        if ((item.Json["label"]?.ToJsonString() ?? (string?)item.Json["text"]) is { } label) image = image.WithMetadata(label);

        string outcome;
        try
        {
            BuildpacksImage read = BuildpacksImage.Read(image, "web:1");
            outcome = new JsonObject
            {
                ["runImageLayers"] = read.RunImageLayerCount,
                ["image"] = read.RunImageName,
                ["mirrors"] = new JsonArray([.. read.RunImageMirrors.Select(static mirror => (JsonNode)mirror)]),
                ["reference"] = read.RunImageReference,
            }.ToJsonString();
        }
        catch (LifecycleException e)
        {
            outcome = $"{e.Code}: {e.Message}";
        }

        Assert.AreEqual(NamedImages.Filled((string?)item.Json["error"] ?? new JsonObject
        {
            ["runImageLayers"] = item.Json["runImageLayers"]?.DeepClone(),
            ["image"] = item.Json["image"]?.DeepClone(),
            ["mirrors"] = item.Json["mirrors"]?.DeepClone(),
            ["reference"] = item.Json["reference"]?.DeepClone(),
        }.ToJsonString()), outcome);
    }

    [TestMethod]
    public void Layers_are_found_by_their_buildpack_and_their_diff_id()
    {
        BuildpacksImage image = BuildpacksImage.Read(
            NamedImages.Of(["same", "runtime", "same", "app"]).WithMetadata("""
                {"app":[{"sha":"{app}"}],"buildpacks":[{"key":"acme/runtime","version":"1","layers":{"runtime":{"sha":"{runtime}","launch":true,"build":false,"cache":false}}}],"runImage":{"topLayer":"{same}"}}
                """), "web:1");

        Assert.AreEqual(NamedImages.DiffId("runtime"), image.LayersOf(BuildpackId.Parse("acme/runtime"))["runtime"].Sha);
        Assert.IsEmpty(image.LayersOf(BuildpackId.Parse("acme/other")));
        Assert.AreEqual(1, image.IndexOf(NamedImages.DiffId("runtime")));
        Assert.AreEqual(2, image.IndexOf(NamedImages.DiffId("same")));
        Assert.AreEqual(-1, image.IndexOf(NamedImages.DiffId("other")));
    }

    [TestMethod]
    [DataRow(1000, null)]
    [DataRow(1001, "BPT2225: The image 'web:1' has 1001 layers, more than any engine runs; at most 1000 are read. Build the image again with fewer.")]
    public void An_image_of_more_layers_than_any_engine_runs_is_refused(int layers, string? expected)
    {
        Image image = NamedImages.Of(["os", .. Enumerable.Repeat("more", layers - 2), "app"]).WithMetadata("""{"app":[{"sha":"{app}"}],"runImage":{"topLayer":"{os}"}}""");

        string? outcome = null;
        try
        {
            Assert.AreEqual(1, BuildpacksImage.Read(image, "web:1").RunImageLayerCount);
        }
        catch (LifecycleException e)
        {
            outcome = $"{e.Code}: {e.Message}";
        }

        Assert.AreEqual(expected, outcome);
    }

    [TestMethod]
    [DataRow(null, true)]
    [DataRow("true", true)]
    [DataRow("", true)]
    [DataRow("false", false)]
    public void An_image_can_be_rebased_unless_its_maker_says_otherwise(string? label, bool rebasable)
    {
        Image image = NamedImages.Of(["os", "app"]).WithMetadata("""{"app":[{"sha":"{app}"}],"runImage":{"topLayer":"{os}"}}""");
        if (label is not null) image = image.With([], [new("io.buildpacks.rebasable", label)]);

        Assert.AreEqual(rebasable, BuildpacksImage.Read(image, "web:1").IsRebasable);
    }
}
