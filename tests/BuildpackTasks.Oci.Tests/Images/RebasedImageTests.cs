using System.Text;
using System.Text.Json.Nodes;

namespace BuildpackTasks.Oci.Tests;

/// <summary>Images whose lowest layers, or one layer, are replaced.</summary>
[TestClass]
public sealed class RebasedImageTests
{
    private static readonly Digest[] Ids = [.. Enumerable.Range(0, 6).Select(static number => Digest.Of([(byte)number]))];

    [TestMethod]
    public void The_lowest_layers_their_history_and_the_platform_are_the_new_bases_and_everything_else_stays()
    {
        Image app = Read(
            """
            {"created":"1980-01-01T00:00:01Z","architecture":"amd64","os":"linux","variant":"v2","author":"somebody",
            "config":{"Env":["A=1"],"Labels":{"l":"1"},"Healthcheck":{"Test":["NONE"]}},"rootfs":{"type":"layers","diff_ids":[@0,@1,@2]},
            "history":[{"created_by":"old os"},{"created_by":"old ca"},{"created_by":"CMD old","empty_layer":true},{"created_by":"app","comment":"c"}],"x":{"y":[1.50]}}
            """,
            0, 1, 2);
        Image onto = Read(
            """
            {"architecture":"arm64","os":"linux","os.version":"13","os.features":["f"],"config":{"Env":["B=2"]},"rootfs":{"type":"layers","diff_ids":[@3]},
            "history":[{"created_by":"new os"},{"created_by":"CMD new","empty_layer":true}]}
            """,
            3);
        byte[] before = app.ManifestBytes.ToArray();

        Image rebased = app.Rebase(2, onto);

        Assert.AreEqual(
            Text("""
            {"created":"1980-01-01T00:00:01Z","architecture":"arm64","os":"linux","author":"somebody",
            "config":{"Env":["A=1"],"Labels":{"l":"1"},"Healthcheck":{"Test":["NONE"]}},"rootfs":{"type":"layers","diff_ids":[@3,@2]},
            "history":[{"created_by":"new os"},{"created_by":"CMD new","empty_layer":true},{"created_by":"app","comment":"c"}],"x":{"y":[1.50]},"os.version":"13","os.features":["f"]}
            """),
            Encoding.UTF8.GetString(rebased.ConfigBytes.Span));
        CollectionAssert.AreEqual(new[] { onto.Layers[0], app.Layers[2] }, rebased.Layers.ToArray());
        CollectionAssert.AreEqual(before, app.ManifestBytes.ToArray());
    }

    [TestMethod]
    [DataRow("a b c", 2, "n", "n c", DisplayName = "one entry a layer")]
    [DataRow("e a b e e c e", 2, "n e", "n e c e", DisplayName = "the steps after the base's last layer go with it")]
    [DataRow("e a b c e", 0, "n", "n e a b c e", DisplayName = "no layer goes")]
    [DataRow("e a b c e", 3, "n e", "n e", DisplayName = "every layer goes")]
    [DataRow("a b", 2, "n", "n unknown", DisplayName = "shorter than the layers")]
    [DataRow("a b c d", 2, "n", "n unknown", DisplayName = "longer than the layers")]
    [DataRow("", 1, "n", "n unknown unknown", DisplayName = "missing")]
    [DataRow("a b c", 1, "", "unknown b c", DisplayName = "the new base has none")]
    [DataRow("a b c", 1, "n n", "unknown b c", DisplayName = "the new base's is longer than its layers")]
    [DataRow("e", 1, "", null, DisplayName = "neither says anything of a layer")]
    [DataRow("", 1, "", null, DisplayName = "neither has any")]
    public void No_layer_is_said_to_be_made_by_what_made_another(string history, int count, string ontos, string? expected)
    {
        Image app = Read($$"""{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[@0,@1,@2]}{{History(history)}}}""", 0, 1, 2);
        Image onto = Read($$"""{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[@3]}{{History(ontos)}}}""", 3);

        Image rebased = app.Rebase(count, onto);

        Assert.AreEqual(expected, Steps(rebased));
    }

    [TestMethod]
    public void Rebased_onto_the_very_base_that_it_has_it_is_the_same()
    {
        Image onto = Image.Empty(new Platform("linux", "arm64", "v8")).Append(new BytesLayer([1]), new HistoryEntry("os"));
        Image app = onto.Append(new BytesLayer([2]), new HistoryEntry("app"));

        Assert.AreEqual(app.Digest, app.Rebase(1, onto).Digest);
    }

    [TestMethod]
    [DataRow(ImageFormat.Oci, ImageFormat.Docker, MediaTypes.OciLayerGzip)]
    [DataRow(ImageFormat.Docker, ImageFormat.Oci, MediaTypes.DockerLayerGzip)]
    public void All_layers_have_the_media_types_of_the_image_whatever_the_base_has(ImageFormat format, ImageFormat ontos, string expected)
    {
        Image app = Image.Empty(TestImage.Platform, format).Append(new BytesLayer([1])).Append(new BytesLayer([2]));
        Image onto = Image.Empty(TestImage.Platform, ontos).Append(new BytesLayer([3]));

        JsonNode manifest = JsonNode.Parse(app.Rebase(1, onto).ManifestBytes.Span)!;

        CollectionAssert.AreEqual(new[] { expected, expected }, manifest["layers"]!.AsArray().Select(static layer => (string?)layer!["mediaType"]).ToArray());
    }

    [TestMethod]
    public void A_zstd_layer_in_an_image_with_dockers_media_types_is_refused()
    {
        Image zstd = Read("""{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[@0]}}""", MediaTypes.OciLayerZstd, 0);
        Image docker = Image.Empty(TestImage.Platform, ImageFormat.Docker).Append(new BytesLayer([1]));

        foreach (Action change in new Action[] { () => docker.Rebase(1, zstd), () => docker.WithLayer(0, zstd.Layers[0], null), () => docker.Append(zstd.Layers[0]), () => zstd.WithFormat(ImageFormat.Docker) })
        {
            OciException error = Assert.ThrowsExactly<OciException>(change);
            Assert.AreEqual("BPT1021", error.Code);
            StringAssert.Contains(error.Message, zstd.Layers[0].Descriptor.Digest.ToString());
        }
    }

    [TestMethod]
    [DataRow("e a e b c e", "new", "e a e new c e")]
    [DataRow("e a e b c e", null, "e a e b c e")]
    [DataRow("a b", "new", "a b", DisplayName = "shorter than the layers: nobody knows whose entry it is")]
    [DataRow("", "new", null)]
    public void A_layer_takes_the_place_of_another_with_its_history(string history, string? createdBy, string? expected)
    {
        Image image = Read($$"""{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[@0,@1,@2]}{{History(history)}}}""", 0, 1, 2);
        var layer = new BytesLayer([9]);

        Image changed = image.WithLayer(1, layer, createdBy);

        CollectionAssert.AreEqual(new[] { image.Layers[0], layer, image.Layers[2] }, changed.Layers.ToArray());
        CollectionAssert.AreEqual(new[] { Ids[0], layer.DiffId, Ids[2] }, changed.Config.DiffIds.ToArray());
        Assert.AreEqual(expected, Steps(changed));
    }

    [TestMethod]
    public void The_whole_environment_is_replaced_and_labels_are_taken_away()
    {
        ImageConfig config = Read("""{"architecture":"amd64","os":"linux","config":{"Env":["A=1","B=2"],"Labels":{"b":"1","a":"2","c":"3"},"Shell":["x"]},"rootfs":{"type":"layers","diff_ids":[]}}""").Config;

        ImageConfig changed = config.WithEnvironment([KeyValuePair.Create("C", "a=b"), KeyValuePair.Create("A", "")]).WithoutLabels(["a", "nothing"]);

        Assert.AreEqual("""{"architecture":"amd64","os":"linux","config":{"Env":["C=a=b","A="],"Labels":{"b":"1","c":"3"},"Shell":["x"]},"rootfs":{"type":"layers","diff_ids":[]}}""", Encoding.UTF8.GetString(changed.ToBytes()));
        Assert.AreEqual(
            """{"architecture":"amd64","os":"linux","config":{"Shell":["x"]},"rootfs":{"type":"layers","diff_ids":[]}}""",
            Encoding.UTF8.GetString(changed.WithEnvironment([]).WithoutLabels(["b", "c"]).ToBytes()));
    }

    private static Image Read(string config, params int[] layers) => Read(config, MediaTypes.OciLayerGzip, layers);

    private static Image Read(string config, string mediaType, params int[] layers) =>
        Image.FromConfig(Encoding.UTF8.GetBytes(Text(config)), [.. layers.Select(number => new NamedLayer(mediaType, Ids[number]))], ImageFormat.Oci, "test");

    private static string Text(string template)
    {
        string text = template.ReplaceLineEndings("");
        for (int number = 0; number < Ids.Length; number++) text = text.Replace($"@{number}", $"\"{Ids[number]}\"", StringComparison.Ordinal);
        return text;
    }

    // "e" is a step without a layer.
    private static string History(string steps) => steps.Length == 0 ? "" : $",\"history\":[{string.Join(',', steps.Split(' ').Select(static step => step == "e" ? "{\"empty_layer\":true}" : $"{{\"created_by\":\"{step}\"}}"))}]";

    private static string? Steps(Image image) =>
        JsonNode.Parse(image.ConfigBytes.Span)!["history"] is JsonArray history ? string.Join(' ', history.Select(static step => (string?)step!["created_by"] ?? "e")) : null;

    private sealed class NamedLayer(string mediaType, Digest diffId) : ILayer
    {
        public Descriptor Descriptor { get; } = new(mediaType, diffId, 1);

        public Digest DiffId => diffId;

        public ImageReference? Source => null;

        public Task<Stream> OpenAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
