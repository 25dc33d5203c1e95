using System.Text.Json.Nodes;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>Launch layers of which a buildpack leaves only the metadata: those of the previous image, whoever made it.</summary>
[TestClass]
public sealed class KeptLayerTests
{
    [TestMethod]
    public async Task A_kept_layer_is_the_previous_images()
    {
        using var scenario = new LaunchScenario();
        ExportedImage first = await scenario.PublishAsync(new ExportSettings(), null, Buildpack(Made));

        ExportedImage second = await scenario.PublishAsync(new ExportSettings(), null, Resolved(first.Image), Buildpack(Kept));

        Assert.AreEqual(first.Layers[0].Layer.Descriptor, second.Layers[0].Layer.Descriptor);
        Assert.AreEqual(first.Layers[0].Layer.Fingerprint, second.Layers[0].Layer.Fingerprint);
        Assert.IsFalse(second.Layers[0].Layer.Created);
        Assert.AreEqual(first.Image.Digest, second.Image.Digest, "nothing else changed");
    }

    [TestMethod]
    public async Task A_kept_layer_of_an_image_that_another_tool_made_is_found_by_its_diff_ID()
    {
        using var scenario = new LaunchScenario();
        ExportedImage first = await scenario.PublishAsync(new ExportSettings(), null, Buildpack(Made));
        ResolvedImage foreign = Resolved(Without(first.Image, "buildpacktasks"));

        ExportedImage second = await scenario.PublishAsync(new ExportSettings(), null, foreign, Buildpack(Kept));

        Assert.AreEqual(first.Layers[0].Layer.Descriptor, second.Layers[0].Layer.Descriptor);
        Assert.AreEqual(LayerOrigin.PreviousImage, second.Layers[0].Layer.Origin);
    }

    [TestMethod]
    public async Task A_layer_that_the_previous_image_never_had_cannot_be_kept()
    {
        using var scenario = new LaunchScenario();

        var error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => scenario.PublishAsync(new ExportSettings(), null, Buildpack(Kept)));

        Assert.AreEqual(
            "BPT2195: The buildpack acme/app@1.0.0 keeps the layer 'big' of the previous image, and there is none: the previous image has no such layer. Use another version of the buildpack.",
            $"{error.Code}: {error.Message}");
    }

    [TestMethod]
    public async Task A_layer_that_the_previous_image_lost_is_an_error_that_says_what_to_do()
    {
        using var scenario = new LaunchScenario();
        ExportedImage first = await scenario.PublishAsync(new ExportSettings(), null, Buildpack(Made));
        // The label outlives what it tells of.
        Image emptied = Image.Empty(new Platform("linux", "amd64")).WithConfig(config => config.WithLabels(first.Image.Config.Labels));

        var error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => scenario.PublishAsync(new ExportSettings(), null, Resolved(emptied), Buildpack(Kept)));

        Assert.AreEqual(
            $"BPT2196: The buildpack acme/app@1.0.0 keeps the layer 'big' of the previous image '{Resolved(emptied).Reference}', which does not have it any more. Publish again: the layer is made anew.",
            $"{error.Code}: {error.Message}");
    }

    [TestMethod]
    public async Task A_layer_for_the_cache_cannot_be_kept_without_its_contents()
    {
        using var scenario = new LaunchScenario();

        var error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => scenario.PublishAsync(new ExportSettings(), null, Buildpack(Kept with { Cache = true })));

        Assert.AreEqual(
            "BPT2197: The buildpack acme/app@1.0.0 wants the layer 'big' to be in the image and in the cache, and left only its metadata. Use another version of it.",
            $"{error.Code}: {error.Message}");
    }

    private static BuildpackLayer Kept => new() { Name = LayerName.Parse("big"), IsKept = true, Metadata = new Dictionary<string, object> { ["version"] = "1" } };

    private static BuildpackLayer Made => Kept with
    {
        IsKept = false,
        Entries = [LayerEntry.ForFile("layers/acme_app/big/data", FileContent.FromBytes("large"u8.ToArray()))],
    };

    private static FakeBuildpack Buildpack(BuildpackLayer layer) => new("acme/app")
    {
        Build = _ => new BuildResult { Layers = [layer], Processes = [new(ProcessType.Parse("web"), ["/app/Web"], [], Default: true)] },
    };

    private static ResolvedImage Resolved(Image image) => new("registry.example.com/app:latest", $"registry.example.com/app@{image.Digest}", image);

    private static Image Without(Image image, string member) => image.WithConfig(config =>
    {
        var label = (JsonObject)JsonNode.Parse(config.Labels[LifecycleMetadata.Label])!;
        Remove(label, member);
        return config.WithLabels([new(LifecycleMetadata.Label, label.ToJsonString())]);
    });

    private static void Remove(JsonNode? node, string member)
    {
        if (node is JsonObject table)
        {
            table.Remove(member);
            foreach (KeyValuePair<string, JsonNode?> below in table.ToArray()) Remove(below.Value, member);
        }
        else if (node is JsonArray list)
        {
            foreach (JsonNode? item in list) Remove(item, member);
        }
    }
}
