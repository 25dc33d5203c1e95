using System.Security.Cryptography;
using System.Text.Json.Nodes;
using BuildpackTasks.Oci;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Lifecycle.Tests;

[TestClass]
public sealed class BuilderSourceTests : IDisposable
{
    private const string OrderLabel = "io.buildpacks.buildpack.order";

    private static readonly string OneRunImage = """{"images": [{"image": "registry.example.com/run:1", "mirrors": ["mirror.example.com/run:1"]}], "stack": {"runImage": {"image": "old.example.com/run"}}}""";

    private readonly SourceFixture fixture = new();
    private readonly BuildpackImages images;

    public BuilderSourceTests() => images = new BuildpackImages(fixture);

    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    public void Dispose() => fixture.Dispose();

    [TestMethod]
    public async Task Order_buildpacks_run_images_and_environment_come_from_labels_and_the_layers_that_are_needed()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        (string one, string two, string unused) = (fixture.WriteBuildpack("one", "acme/one"), fixture.WriteBuildpack("two", "acme/two"), fixture.WriteBuildpack("unused", "acme/unused"));
        // A distribution: nobody needs it to find buildpacks.
        ILayer system = await images.LayerAsync([LayerEntry.ForFile("usr/lib/large", FileContent.FromBytes(RandomNumberGenerator.GetBytes(2 << 20)))]);
        (ILayer first, ILayer second, ILayer third) = (await images.LayerAsync(one), await images.LayerAsync(two), await images.LayerAsync(unused));
        ILayer environment = await images.FilesAsync(("cnb/build-config/env/ACME_MODE", "quiet"), ("cnb/build-config/env/PATH.append", ":/opt/acme"), ("cnb/order.toml", "not read: the label says it"));
        Image builder = BuildpackImages.Image([system, first, second, third, environment],
            (BuildpackImages.BuilderLabel, OneRunImage),
            (OrderLabel, BuildpackImages.OrderOf(["acme/one@1.2.3", "acme/two?"], ["acme/two@1.2.3"]).ToJsonString()),
            (BuildpackImages.LayersLabel, BuildpackImages.Labelled((one, first), (two, second), (unused, third))));
        await new RegistryStore(fixture.Registries, ImageReference.Parse($"{registry.Host}/builder")).WriteAsync(builder, ["jammy"], null, Token);
        await registry.ClearRequestsAsync(Token);
        string name = $"{registry.Host}/builder:jammy";

        BuildpackSet set = await fixture.Sources().ReadAsync(name, null, Token);
        string[] fetched = Blobs(await registry.GetRequestsAsync(Token));
        await registry.ClearRequestsAsync(Token);
        BuildpackSet again = await fixture.Sources().ReadAsync(set.Reference, null, Token);

        Assert.AreEqual("acme/one@1.2.3 acme/two@1.2.3 | acme/two@1.2.3", Listed(set.Order));
        Assert.AreEqual("False True | False", string.Join(" | ", set.Order.Select(static group => string.Join(' ', group.Group.Select(static entry => entry.Optional)))));
        Assert.AreEqual("acme/one@1.2.3 acme/two@1.2.3", string.Join(' ', set.Buildpacks.Select(static buildpack => buildpack.File.Descriptor)));
        Assert.AreEqual("registry.example.com/run:1 mirror.example.com/run:1", $"{set.RunImages.Single().Image} {set.RunImages[0].Mirrors.Single()}");
        Assert.AreEqual($"{name} {name}@{builder.Digest} {builder.Digest}", $"{set.Builder!.Name} {set.Builder.Reference} {set.Builder.Image.Digest}");
        Assert.AreEqual("ACME_MODE=quiet PATH.append=:/opt/acme", string.Join(' ', Directory.GetFiles(Path.Combine(set.BuildConfigDirectory!, "env")).Order(StringComparer.Ordinal).Select(static file => $"{Path.GetFileName(file)}={File.ReadAllText(file)}")));
        Assert.AreEqual(string.Join('\n', ((Digest[])[builder.ConfigDescriptor.Digest, first.Descriptor.Digest, second.Descriptor.Digest, environment.Descriptor.Digest]).Order()), string.Join('\n', fetched));
        Assert.AreEqual($"{set.BuildConfigDirectory} {set.Buildpacks[0].Directory} 0", $"{again.BuildConfigDirectory} {again.Buildpacks[0].Directory} {(await registry.GetRequestsAsync(Token)).Count}");
        Assert.AreEqual(0, fixture.Warnings.Count);
    }

    [TestMethod]
    public async Task What_labels_leave_out_is_read_from_files()
    {
        string one = fixture.WriteBuildpack("one", "acme/one");
        ILayer layer = await images.LayerAsync(one);
        ILayer older = await images.FilesAsync(("cnb/order.toml", "not this one"), ("cnb/run.toml", "[[images]]\nimage = \"registry.example.com/run\"\n"));
        ILayer newer = await images.FilesAsync(
            ("cnb/order.toml", "[[order]]\n[[order.group]]\nid = \"acme/one\"\nversion = \"1.2.3\"\n"),
            ("cnb/system.toml", "[[system.pre.buildpacks]]\nid = \"acme/one\"\nversion = \"1.2.3\"\n"));

        BuildpackSet set = await ReadAsync(BuildpackImages.Image([layer, older, newer], (BuildpackImages.BuilderLabel, "{}"), (BuildpackImages.LayersLabel, BuildpackImages.Labelled((one, layer)))));

        Assert.AreEqual("acme/one@1.2.3", Listed(set.Order));
        Assert.AreEqual("registry.example.com/run", set.RunImages.Single().Image);
        Assert.IsNull(set.BuildConfigDirectory);
    }

    [TestMethod]
    public async Task The_run_image_of_the_stack_is_taken_where_there_is_no_other()
    {
        (string one, ILayer layer) = await OneAsync();

        BuildpackSet set = await ReadAsync(Builder(one, layer, """{"stack": {"runImage": {"image": "old.example.com/run", "mirrors": null}}}"""));

        Assert.AreEqual("old.example.com/run 0", $"{set.RunImages.Single().Image} {set.RunImages[0].Mirrors.Count}");
    }

    [TestMethod]
    public async Task System_buildpacks_are_in_every_group_that_does_not_name_them()
    {
        (string one, string pre, string post) = (fixture.WriteBuildpack("one", "acme/one"), fixture.WriteBuildpack("pre", "acme/pre"), fixture.WriteBuildpack("post", "acme/post"));
        ILayer layer = await images.LayerAsync(one, pre, post);
        var system = new JsonObject
        {
            ["pre"] = new JsonObject { ["buildpacks"] = new JsonArray(BuildpackImages.Entry("acme/pre@1.2.3")) },
            ["post"] = new JsonObject { ["buildpacks"] = new JsonArray(BuildpackImages.Entry("acme/post@1.2.3?")) },
        };

        BuildpackSet set = await ReadAsync(BuildpackImages.Image([layer],
            (BuildpackImages.BuilderLabel, "{}"), (OrderLabel, BuildpackImages.OrderOf(["acme/one"], ["acme/post", "acme/one"]).ToJsonString()), ("io.buildpacks.buildpack.system", system.ToJsonString()),
            (BuildpackImages.LayersLabel, BuildpackImages.Labelled((one, layer), (pre, layer), (post, layer)))));

        Assert.AreEqual("acme/pre@1.2.3 acme/one@1.2.3 acme/post@1.2.3 | acme/pre@1.2.3 acme/post@1.2.3 acme/one@1.2.3", Listed(set.Order));
        Assert.AreEqual(3, set.Buildpacks.Count);
    }

    [TestMethod]
    public async Task Image_extensions_are_left_out_with_a_warning()
    {
        (string one, ILayer layer) = await OneAsync();
        Image builder = Builder(one, layer, "{}").WithConfig(static config => config.WithLabels(
            [KeyValuePair.Create("io.buildpacks.buildpack.order-extensions", BuildpackImages.OrderOf(["acme/packages@0.1.0", "acme/curl@0.1.0"]).ToJsonString())]));

        BuildpackSet set = await ReadAsync(builder);

        Assert.AreEqual("acme/one@1.2.3", Listed(set.Order));
        Assert.AreEqual("BPT2181: The image extensions of the builder 'oci:layout' are left out, because they change images by Dockerfiles: acme/packages, acme/curl. Where a buildpack needs one, use a run image that has what the extension adds.", $"{fixture.Warnings.Single().Code}: {fixture.Warnings[0].Message}");
    }

    [TestMethod]
    public async Task An_order_that_asks_for_a_buildpack_that_is_not_there_is_a_coded_error()
    {
        (string one, ILayer layer) = await OneAsync();

        var error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => ReadAsync(Builder(one, layer, "{}", "acme/one@1.2.3", "acme/lost@1.0.0?")));

        Assert.AreEqual("BPT2179: 'oci:layout' does not have the buildpack acme/lost@1.0.0 that its order asks for. Use another image, or have this one made again with it.", $"{error.Code}: {error.Message}");
    }

    [TestMethod]
    public async Task A_builder_without_an_order_and_a_version_of_a_builder_are_coded_errors()
    {
        (string one, ILayer layer) = await OneAsync();
        Image noOrder = BuildpackImages.Image([layer], (BuildpackImages.BuilderLabel, "{}"), (BuildpackImages.LayersLabel, BuildpackImages.Labelled((one, layer))));

        var order = await Assert.ThrowsExactlyAsync<LifecycleException>(() => ReadAsync(noOrder));
        var version = await Assert.ThrowsExactlyAsync<LifecycleException>(() => fixture.Sources().ReadAsync("oci:layout", "1.2.3", Token));

        Assert.AreEqual("BPT2178: 'oci:layout' contradicts itself: it has neither the label io.buildpacks.buildpack.order nor /cnb/order.toml. Use another image, or have this one made again.", $"{order.Code}: {order.Message}");
        Assert.AreEqual("BPT2175: 'oci:layout' is a builder, of which there is no version 1.2.3: it has many buildpacks. Leave out the Version of the Buildpack item, and choose a builder by its tag.", $"{version.Code}: {version.Message}");
    }

    [TestMethod]
    [DataRow("[]", "BPT2178: 'oci:layout' contradicts itself: it is a builder, and its order has no group. Use another image, or have this one made again.")]
    [DataRow("null", "BPT2178: 'oci:layout' contradicts itself: it is a builder, and its order has no group. Use another image, or have this one made again.")]
    [DataRow("""[{"group": []}]""", "BPT2177: The label io.buildpacks.buildpack.order of 'oci:layout' is malformed: 'order[0].group' names no buildpack. Use another image, or have this one made again.")]
    [DataRow("""[{"group": [{"id": "acme/one", "optional": "yes"}]}]""", "BPT2177: The label io.buildpacks.buildpack.order of 'oci:layout' is malformed: 'order[0].group[0].optional' is not true or false. Use another image, or have this one made again.")]
    [DataRow("[", "BPT2177: The label io.buildpacks.buildpack.order of 'oci:layout' is malformed: it is not the JSON that it should be (byte 10). Use another image, or have this one made again.")]
    public async Task An_order_that_is_none_is_a_coded_error(string order, string message)
    {
        (string one, ILayer layer) = await OneAsync();
        Image builder = Builder(one, layer, "{}").WithConfig(config => config.WithLabels([KeyValuePair.Create(OrderLabel, order)]));

        var error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => ReadAsync(builder));

        Assert.AreEqual(message, $"{error.Code}: {error.Message}");
    }

    private async Task<(string Directory, ILayer Layer)> OneAsync()
    {
        string one = fixture.WriteBuildpack("one", "acme/one");
        return (one, await images.LayerAsync(one));
    }

    private static Image Builder(string directory, ILayer layer, string metadata, params string[] order) => BuildpackImages.Image([layer],
        (BuildpackImages.BuilderLabel, metadata),
        (OrderLabel, BuildpackImages.OrderOf(order.Length > 0 ? order : ["acme/one@1.2.3"]).ToJsonString()),
        (BuildpackImages.LayersLabel, BuildpackImages.Labelled((directory, layer))));

    private async Task<BuildpackSet> ReadAsync(Image image)
    {
        await new OciLayoutStore(fixture.Below("layout")).WriteAsync(image, ["1"], null, Token);
        return await fixture.Sources().ReadAsync("oci:layout", null, Token);
    }

    private static string Listed(IEnumerable<OrderReferenceGroup> order) => string.Join(" | ", order.Select(static group => string.Join(' ', group.Group)));

    private static string[] Blobs(IEnumerable<RegistryRequest> requests) =>
        [.. requests.Where(static request => request.Path.Contains("/blobs/", StringComparison.Ordinal)).Select(static request => request.Path.Split('/')[^1]).Order(StringComparer.Ordinal)];
}
