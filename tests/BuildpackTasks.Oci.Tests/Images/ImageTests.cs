using System.Text;
using System.Text.Json.Nodes;

namespace BuildpackTasks.Oci.Tests;

[TestClass]
public sealed class ImageTests
{
    private static readonly Platform Linux = new("linux", "amd64");

    [TestMethod]
    public void An_image_without_layers_is_this_one_manifest()
    {
        Image image = Image.Empty(Linux);

        Assert.AreEqual("""{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":[]}}""", Encoding.UTF8.GetString(image.ConfigBytes.Span));
        Assert.AreEqual(
            $$$"""{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","size":90,"digest":"{{{Digest.Of(image.ConfigBytes.Span)}}}"},"layers":[]}""",
            Encoding.UTF8.GetString(image.ManifestBytes.Span));
        Assert.AreEqual(Digest.Of(image.ManifestBytes.Span), image.Digest);
        Assert.AreEqual(new Descriptor(MediaTypes.OciManifest, image.Digest, image.ManifestBytes.Length), image.Descriptor);
    }

    [TestMethod]
    public void A_layer_is_put_on_top_in_manifest_config_and_history()
    {
        var lower = new BytesLayer([1]);
        var upper = new BytesLayer([2]);

        Image image = Image.Empty(Linux).Append(lower, new HistoryEntry("lower", new DateTimeOffset(2024, 1, 1, 2, 0, 0, TimeSpan.FromHours(2)))).Append(upper, new HistoryEntry("upper"));

        JsonNode manifest = JsonNode.Parse(image.ManifestBytes.Span)!;
        JsonNode config = JsonNode.Parse(image.ConfigBytes.Span)!;
        Assert.AreEqual($"{lower.Descriptor.Digest} {upper.Descriptor.Digest}", string.Join(' ', manifest["layers"]!.AsArray().Select(static layer => (string)layer!["digest"]!)));
        Assert.AreEqual($"{lower.DiffId} {upper.DiffId}", string.Join(' ', image.Config.DiffIds));
        Assert.AreEqual("""[{"created":"2024-01-01T00:00:00Z","created_by":"lower"},{"created_by":"upper"}]""", config["history"]!.ToJsonString());
        CollectionAssert.AreEqual(new ILayer[] { lower, upper }, image.Layers.ToArray());
    }

    [TestMethod]
    public void History_that_is_shorter_than_the_layers_is_filled_up_so_that_each_layer_has_its_own()
    {
        Image image = Image.Empty(Linux).Append(new BytesLayer([1])).Append(new BytesLayer([2]), new HistoryEntry("two")).Append(new BytesLayer([3])).Append(new BytesLayer([4]), new HistoryEntry("four"));

        Assert.AreEqual(
            """[{"created_by":"unknown"},{"created_by":"two"},{"created_by":"unknown"},{"created_by":"four"}]""",
            JsonNode.Parse(image.ConfigBytes.Span)!["history"]!.ToJsonString());
    }

    [TestMethod]
    public void Another_format_renames_all_media_types_and_keeps_all_bytes()
    {
        Image oci = Image.Empty(Linux).Append(new BytesLayer([1]));

        Image docker = oci.WithFormat(ImageFormat.Docker);

        JsonNode manifest = JsonNode.Parse(docker.ManifestBytes.Span)!;
        Assert.AreEqual(MediaTypes.DockerManifest, (string)manifest["mediaType"]!);
        Assert.AreEqual(MediaTypes.DockerConfig, (string)manifest["config"]!["mediaType"]!);
        Assert.AreEqual(MediaTypes.DockerLayerGzip, (string)manifest["layers"]![0]!["mediaType"]!);
        CollectionAssert.AreEqual(oci.ConfigBytes.ToArray(), docker.ConfigBytes.ToArray());
        CollectionAssert.AreEqual(oci.ManifestBytes.ToArray(), docker.WithFormat(ImageFormat.Oci).ManifestBytes.ToArray());
        Assert.AreSame(docker, docker.WithFormat(ImageFormat.Docker));
    }

    [TestMethod]
    public void A_change_gives_a_new_image_and_leaves_the_old_one()
    {
        Image image = Image.Empty(Linux);
        Digest before = image.Digest;

        Image changed = image.WithConfig(static config => config.WithUser("1654"));

        Assert.AreEqual("1654", changed.Config.User);
        Assert.AreNotEqual(before, changed.Digest);
        Assert.AreEqual(before, image.Digest);
    }

    [TestMethod]
    public void Annotations_are_written_sorted_and_change_the_manifest_only()
    {
        Image image = Image.Empty(Linux);

        Image annotated = image.WithAnnotations(new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" });

        StringAssert.EndsWith(Encoding.UTF8.GetString(annotated.ManifestBytes.Span), ""","layers":[],"annotations":{"a":"1","b":"2"}}""");
        Assert.AreEqual(image.ConfigDescriptor, annotated.ConfigDescriptor);
    }
}
