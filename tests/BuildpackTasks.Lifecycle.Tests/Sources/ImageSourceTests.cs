using BuildpackTasks.Oci;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Lifecycle.Tests;

[TestClass]
public sealed class ImageSourceTests : IDisposable
{
    private readonly SourceFixture fixture = new();
    private readonly BuildpackImages images;

    public ImageSourceTests() => images = new BuildpackImages(fixture);

    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    public void Dispose() => fixture.Dispose();

    [TestMethod]
    public async Task A_buildpack_image_is_fetched_and_unpacked_once_and_pinned()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        Image image = await images.PackageAsync(fixture.WriteBuildpack("agent", "acme/agent"));
        await PushAsync(registry, "team/agent", image);
        await registry.ClearRequestsAsync(Token);
        string name = $"{registry.Host}/team/agent:1";

        BuildpackSet set = await fixture.Sources().ReadAsync(name, null, Token);
        BuildpackSet again = await fixture.Sources().ReadAsync(name, "1.2.3", Token);
        BuildpackSet pinned = await fixture.Sources().ReadAsync(set.Reference, null, Token);
        BuildpackSet scheme = await fixture.Sources().ReadAsync($"docker://{name}", null, Token);

        Assert.AreEqual($"{name}@{image.Digest}", set.Reference);
        Assert.AreEqual("acme/agent@1.2.3", string.Join(", ", set.Order.Single().Group));
        Assert.AreEqual("acme/agent@1.2.3", set.Buildpacks.Single().File.Descriptor.ToString());
        Assert.IsTrue(File.Exists(Path.Combine(set.Buildpacks[0].Directory, "bin/detect")));
        Assert.AreEqual(1, ((BuildpackSet[])[set, again, pinned, scheme]).Select(static read => $"{read.Reference} {read.Buildpacks.Single().Directory}").Distinct().Count());
        Assert.AreEqual(
            $"""
            GET /v2/team/agent/manifests/1 200
            GET /v2/team/agent/blobs/{image.ConfigDescriptor.Digest} 200
            GET /v2/team/agent/blobs/{image.Layers[0].Descriptor.Digest} 200
            GET /v2/team/agent/manifests/1 200
            GET /v2/team/agent/manifests/1 200
            """,
            string.Join('\n', await registry.GetRequestsAsync(Token)));
    }

    [TestMethod]
    public async Task Buildpacks_that_are_flattened_into_one_layer_are_all_there_and_only_needed_layers_are_fetched()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        string all = fixture.WriteComposite("all", "acme/all", "acme/one@1.2.3", "acme/inner@1.2.3");
        string inner = fixture.WriteComposite("inner", "acme/inner", "acme/two@2.0.0");
        (string one, string two, string old, string other) = (fixture.WriteBuildpack("one", "acme/one"), fixture.WriteBuildpack("two", "acme/two", "2.0.0"), fixture.WriteBuildpack("old", "acme/two", "1.0.0"), fixture.WriteBuildpack("other", "acme/other"));
        ILayer flat = await images.LayerAsync(all, one, two, old);
        ILayer composite = await images.LayerAsync(inner);
        ILayer unused = await images.LayerAsync(other);
        Image image = BuildpackImages.Image([flat, composite, unused],
            (BuildpackImages.PackageLabel, BuildpackImages.MainOf(all)),
            (BuildpackImages.LayersLabel, BuildpackImages.Labelled((all, flat), (one, flat), (two, flat), (old, flat), (inner, composite), (other, unused))));
        await PushAsync(registry, "all", image);
        await registry.ClearRequestsAsync(Token);

        BuildpackSet set = await fixture.Sources().ReadAsync($"{registry.Host}/all", null, Token);

        Assert.AreEqual("acme/all@1.2.3", string.Join(", ", set.Order.Single().Group));
        Assert.AreEqual("acme/all@1.2.3, acme/inner@1.2.3, acme/one@1.2.3, acme/two@2.0.0", Listed(set));
        Assert.AreEqual("acme/one@1.2.3 acme/two@2.0.0", string.Join(' ', OrderExpansion.Expand(set.Order, (id, version) => set.Find(id, version)?.File).Single().Entries.Select(static entry => entry.Buildpack.Descriptor)));
        Assert.IsFalse((await registry.GetRequestsAsync(Token)).Any(request => request.ToString().Contains(unused.Descriptor.Digest.Hex, StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task A_version_chooses_among_the_buildpacks_of_an_image()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        await PushAsync(registry, "two", await images.PackageAsync(fixture.WriteBuildpack("new", "acme/two", "2.0.0"), fixture.WriteBuildpack("old", "acme/two", "1.0.0")));
        string name = $"{registry.Host}/two:1";

        BuildpackSet newest = await fixture.Sources().ReadAsync(name, null, Token);
        BuildpackSet old = await fixture.Sources().ReadAsync(name, "1.0.0", Token);
        var error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => fixture.Sources().ReadAsync(name, "3.0.0", Token));

        Assert.AreEqual("acme/two@2.0.0 acme/two@1.0.0", $"{Listed(newest)} {Listed(old)}");
        Assert.AreEqual($"BPT2175: '{name}' has no buildpack of version 3.0.0; it has acme/two@1.0.0, acme/two@2.0.0. Correct the Version of the Buildpack item, or leave it out.", $"{error.Code}: {error.Message}");
    }

    [TestMethod]
    [DataRow("oci:layout", "oci-archive:agent.cnb", "agent.cnb")]
    [DataRow("layout", "docker-archive:agent.tar", "docker-archive:agent.tar")]
    [DataRow("layout", "oci-archive:layout.tar", "layout.tar")]
    public async Task Layouts_and_archives_are_read_like_registries(string layout, string copy, string archive)
    {
        Image image = await images.PackageAsync(fixture.WriteBuildpack("agent", "acme/agent"));
        await new OciLayoutStore(fixture.Below("layout")).WriteAsync(image, ["1"], null, Token);
        await fixture.RunAsync("skopeo", "copy", "oci:layout:1", copy);

        BuildpackSet first = await fixture.Sources().ReadAsync(layout, null, Token);
        BuildpackSet second = await fixture.Sources().ReadAsync(archive, null, Token);
        BuildpackSet again = await fixture.Sources().ReadAsync(second.Reference, null, Token);

        Assert.AreEqual($"oci:{fixture.Below("layout")}@{image.Digest} acme/agent@1.2.3", $"{first.Reference} {Listed(first)}");
        Assert.AreEqual("acme/agent@1.2.3 acme/agent@1.2.3", $"{Listed(second)} {Listed(again)}");
    }

    [TestMethod]
    public async Task Of_an_image_for_several_platforms_the_one_for_this_machine_is_chosen()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        Image amd64 = await images.PackageAsync(fixture.WriteBuildpack("amd64", "acme/agent"));
        Image arm64 = (await images.PackageAsync(fixture.WriteBuildpack("arm64", "acme/agent", more: "[metadata]\nfor = \"arm64\""))).WithConfig(static config => ImageConfig.Parse(
            System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(config.ToBytes()).Replace("amd64", "arm64", StringComparison.Ordinal)), "arm64"));
        await new RegistryStore(fixture.Registries, ImageReference.Parse($"{registry.Host}/agent")).WriteIndexAsync(ImageIndex.Create([amd64, arm64], ImageFormat.Oci), ["1"], null, Token);
        string name = $"{registry.Host}/agent:1";

        BuildpackSet first = await fixture.Sources().ReadAsync(name, null, Token);
        BuildpackSet second = await fixture.Sources(new Platform("linux", "arm64")).ReadAsync(name, null, Token);
        var error = await Assert.ThrowsExactlyAsync<OciException>(() => fixture.Sources(new Platform("linux", "s390x")).ReadAsync(name, null, Token));

        Assert.AreEqual($"{name}@{amd64.Digest} {name}@{arm64.Digest}", $"{first.Reference} {second.Reference}");
        Assert.AreEqual("BPT1006", error.Code);
    }

    [TestMethod]
    public async Task A_layer_of_a_stranger_is_refused_by_the_name_of_image_and_entry()
    {
        string directory = fixture.WriteBuildpack("agent", "acme/agent");
        ILayer layer = await images.LayerAsync([LayerEntry.ForSymbolicLink("cnb/buildpacks/acme_agent/1.2.3/etc", "/etc")]);
        await new OciLayoutStore(fixture.Below("layout")).WriteAsync(
            BuildpackImages.Image([layer], (BuildpackImages.PackageLabel, BuildpackImages.MainOf(directory)), (BuildpackImages.LayersLabel, BuildpackImages.Labelled((directory, layer)))), ["1"], null, Token);

        var error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => fixture.Sources().ReadAsync("oci:layout", null, Token));

        Assert.AreEqual($"BPT2173: 'oci:layout (layer {layer.Descriptor.Digest})' is not unpacked: its entry 'cnb/buildpacks/acme_agent/1.2.3/etc' is a link to '/etc', which leads out of it. Nothing of it was kept; have it made again without that entry, or use another.", $"{error.Code}: {error.Message}");
        Assert.IsFalse(Directory.Exists(Path.Combine(fixture.CacheDirectory, "trees")));
    }

    [TestMethod]
    public async Task A_missing_tag_is_a_coded_error()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);

        var error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => fixture.Sources().ReadAsync($"{registry.Host}/agent:1", null, Token));

        Assert.AreEqual($"BPT2184: There is no image '{registry.Host}/agent:1' for linux/amd64. Correct the Buildpack item, or push the image.", $"{error.Code}: {error.Message}");
    }

    [TestMethod]
    [DataRow("BPT2176", "'oci:layout' is neither a buildpack nor a builder: it has none of the labels io.buildpacks.buildpackage.metadata and io.buildpacks.builder.metadata. Name another image.", null, null)]
    [DataRow("BPT2180", "'oci:layout' is an image extension, which is not supported: it changes images by Dockerfiles. Use a buildpack, or a run image that has what the extension adds.", "{}", "EXTENSION")]
    [DataRow("BPT2177", "The label io.buildpacks.buildpackage.metadata of 'oci:layout' is malformed: it has no 'id'. Use another image, or have this one made again.", "{}", "LAYERS")]
    [DataRow("BPT2177", null, "not json", "LAYERS")]
    [DataRow("BPT2177", null, "[]", "LAYERS")]
    [DataRow("BPT2177", null, "MAIN", "{\"acme/agent\": 1}")]
    [DataRow("BPT2177", null, "MAIN", "{\"acme/agent\": {\"1.2.3\": {}}}")]
    [DataRow("BPT2177", "The label io.buildpacks.buildpack.layers of 'oci:layout' is malformed: 'acme/agent.1.2.3.layerDiffID': 'sha256:12' is not a digest. A digest is written sha256: and 64 lower-case hexadecimal digits. Use another image, or have this one made again.", "MAIN", "{\"acme/agent\": {\"1.2.3\": {\"layerDiffID\": \"sha256:12\"}}}")]
    [DataRow("BPT2177", null, "MAIN", "{\"acme agent\": {}, \"acme agent\": {\"1\": {\"layerDiffID\": \"DIFFID\"}}}")]
    [DataRow("BPT2177", "The label io.buildpacks.buildpack.layers of 'oci:layout' is malformed: '..' cannot be the name of a buildpack: it holds letters, digits, '.', '/' and '-', and is not ., .., app, config, generated or sbom. Use another image, or have this one made again.", "MAIN", "{\"..\": {\"1.2.3\": {\"layerDiffID\": \"DIFFID\"}}}")]
    [DataRow("BPT2177", null, "MAIN", "{\"acme/agent\": {\"../../1.2.3\": {\"layerDiffID\": \"DIFFID\"}}}")]
    [DataRow("BPT2178", "'oci:layout' contradicts itself: the label io.buildpacks.buildpack.layers names the layer sha256:0000000000000000000000000000000000000000000000000000000000000000, which the image does not have. Use another image, or have this one made again.", "MAIN", "{\"acme/agent\": {\"1.2.3\": {\"layerDiffID\": \"sha256:0000000000000000000000000000000000000000000000000000000000000000\"}}}")]
    [DataRow("BPT2178", null, "{\"id\": \"acme/other\", \"version\": \"1.2.3\"}", "{\"acme/other\": {\"1.2.3\": {\"layerDiffID\": \"DIFFID\"}}}")]
    [DataRow("BPT2179", "'oci:layout' does not have the buildpack acme/agent@2.0.0 that its order asks for. Use another image, or have this one made again with it.", "{\"id\": \"acme/agent\", \"version\": \"2.0.0\"}", "LAYERS")]
    [DataRow("BPT2179", "'oci:layout' does not have the buildpack acme/lost@1.0.0 that acme/agent@1.2.3 asks for. Use another image, or have this one made again with it.", "MAIN", "{\"acme/agent\": {\"1.2.3\": {\"layerDiffID\": \"DIFFID\", \"order\": [{\"group\": [{\"id\": \"acme/lost\", \"version\": \"1.0.0\"}]}]}}}")]
    public async Task Labels_that_are_wrong_or_contradict_the_layers_are_coded_errors(string code, string? message, string? package, string? layers)
    {
        string directory = fixture.WriteBuildpack("agent", "acme/agent");
        ILayer layer = await images.LayerAsync(directory);
        var labels = new List<(string, string)>();
        if (package is not null) labels.Add((BuildpackImages.PackageLabel, package == "MAIN" ? BuildpackImages.MainOf(directory) : package));
        if (layers is not null) labels.Add(layers == "EXTENSION" ? ("io.buildpacks.extension.layers", "{}")
            : (BuildpackImages.LayersLabel, layers == "LAYERS" ? BuildpackImages.Labelled((directory, layer)) : layers.Replace("DIFFID", layer.DiffId.ToString(), StringComparison.Ordinal)));
        await new OciLayoutStore(fixture.Below("layout")).WriteAsync(BuildpackImages.Image([layer], [.. labels]), ["1"], null, Token);

        var error = await Assert.ThrowsAsync<CodedException>(() => fixture.Sources().ReadAsync("oci:layout", null, Token));

        Assert.AreEqual(code, error.Code, error.Message);
        if (message is not null) Assert.AreEqual(message, error.Message);
    }

    [TestMethod]
    public async Task A_buildpack_that_calls_itself_differently_than_the_label_does_is_a_coded_error()
    {
        ILayer layer = await images.FilesAsync(("cnb/buildpacks/acme_other/1.2.3/buildpack.toml", "api = \"0.12\"\n[buildpack]\nid = \"acme/agent\"\nversion = \"1.2.3\"\n"));
        await new OciLayoutStore(fixture.Below("layout")).WriteAsync(
            BuildpackImages.Image([layer], (BuildpackImages.PackageLabel, """{"id": "acme/other", "version": "1.2.3"}"""), (BuildpackImages.LayersLabel, """{"acme/other": {"1.2.3": {"layerDiffID": "DIFFID"}}}""".Replace("DIFFID", layer.DiffId.ToString(), StringComparison.Ordinal))), ["1"], null, Token);

        var error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => fixture.Sources().ReadAsync("oci:layout", null, Token));

        Assert.AreEqual("BPT2178: 'oci:layout' contradicts itself: what the label io.buildpacks.buildpack.layers calls acme/other@1.2.3 calls itself acme/agent@1.2.3. Use another image, or have this one made again.", $"{error.Code}: {error.Message}");
    }

    private async Task PushAsync(RegistryServer registry, string repository, Image image)
    {
        var store = new RegistryStore(fixture.Registries, ImageReference.Parse($"{registry.Host}/{repository}"));
        await store.WriteAsync(image, ["1", "latest"], null, Token);
    }

    private static string Listed(BuildpackSet set) => string.Join(", ", set.Buildpacks.Select(static buildpack => buildpack.File.Descriptor.ToString()).Order(StringComparer.Ordinal));
}
