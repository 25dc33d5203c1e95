using System.Text.Json.Nodes;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle.Tests;

[TestClass]
public sealed class ImageInspectorTests
{
    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    public async Task Text_says_all_that_an_image_of_this_lifecycle_says_of_itself()
    {
        ImageInspection inspection = await Inspector().InspectAsync("shop/web:1.4", InspectedImages.Own, Token);

        Assert.AreEqual($"""
            shop/web:1.4 for linux/amd64
              digest        {InspectedImages.Own.Digest}
              made for      production
              size          6.0 kB in 6 layers
              run image     registry.example/base:1
                            registry.example/base@{NamedImages.DiffId("base")}
                            1.0 kB in 1 layer
                            newer: yes, registry.example/base:1@sha256:new
                              libssl3 3.0.1 -> 3.0.2
                              libnew (new) -> 1
              rebase        yes
              system        debian 13, glibc, 2 packages
              added         2 packages
              runtime       .NET 10.0.12, in a layer of its own
                              Microsoft.NETCore.App 10.0.12
                            newer: no
              buildpacks    buildpacktasks/debian-packages 0.1.0
                            acme/runtime 1.2.3 (https://acme.example/)
              launcher      0.2.0
              processes     web (default): /app/Shop --open 'a b'
                            migrate: /app/Shop migrate in /srv
              project       {JsonNode.Parse(InspectedImages.Own.Config.Labels["io.buildpacks.project.metadata"])!.ToJsonString()}
              layers            1.0 kB  {Short("os")}  run image
                                1.0 kB  {Short("runtime")}  acme/runtime:runtime
                                1.0 kB  {Short("packages")}  buildpacktasks/debian-packages:debian-packages
                                1.0 kB  {Short("sbom")}  sbom
                                1.0 kB  {Short("lib")}  app (lib)
                                1.0 kB  {Short("app")}  app (app)
            """, string.Join('\n', InspectionText.Lines(inspection, listsPackages: false)));
    }

    [TestMethod]
    public async Task Json_says_the_same()
    {
        ImageInspection inspection = await Inspector().InspectAsync("shop/web:1.4", InspectedImages.Own, Token);

        JsonNode json = JsonNode.Parse(InspectionJson.Write([new InspectionResult("shop/web:1.4", [inspection], null)]))!;

        JsonObject image = json.AsArray()[0]!.AsObject();
        Assert.AreEqual(
            "image digest indexDigest mediaType platform osVersion created size isBuildpacksImage executionEnvironment runImage rebase system addedPackages runtime buildpacks extensions launcherVersion processes layers sbom project config labels annotations notes",
            string.Join(' ', image.Select(static member => member.Key)));
        Assert.AreEqual(
            NamedImages.Filled("""{"name":"registry.example/base:1","reference":"registry.example/base@{base}","mirrors":["mirror.example/base:1"],"topLayer":"{os}","layers":1,"size":1002,"newer":{"answer":"yes","found":"registry.example/base:1@sha256:new","reason":null,"packages":[{"name":"libssl3","before":"3.0.1","after":"3.0.2"},{"name":"libnew","before":null,"after":"1"}]}}"""),
            image["runImage"]!.ToJsonString(JsonCaseOptions.Relaxed));
        Assert.AreEqual("""{"isPossible":true,"code":null,"reason":null}""", image["rebase"]!.ToJsonString());
        Assert.AreEqual("""{"distribution":"debian","version":"13","cLibrary":"glibc","packageManager":"dpkg","packages":[{"name":"libc6","version":"2.41-12"},{"name":"libssl3","version":"3.0.1"}]}""", image["system"]!.ToJsonString());
        Assert.AreEqual("""[{"name":"libcairo2","version":"1.18.4-1+b1"},{"name":"libgdiplus","version":"6.1-1"}]""", image["addedPackages"]!.ToJsonString(JsonCaseOptions.Relaxed));
        Assert.AreEqual(
            """{"name":".NET","version":"10.0.12","origin":"layer","parts":[{"name":"Microsoft.NETCore.App","version":"10.0.12"}],"newer":{"answer":"no","found":null,"reason":null,"packages":[]}}""",
            image["runtime"]!.ToJsonString());
        Assert.AreEqual(
            """{"type":"web","command":["/app/Shop"],"args":["--open","a b"],"direct":true,"default":true,"workingDirectory":null,"buildpack":"acme/runtime"}""",
            image["processes"]![0]!.ToJsonString());
        Assert.AreEqual(
            $$"""{"name":"acme/runtime:runtime","kind":"buildpack","buildpack":"acme/runtime","diffId":"{{NamedImages.DiffId("runtime")}}","digest":"{{NamedImages.DiffId("compressed runtime")}}","size":1007,"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","createdBy":"runtime"}""",
            image["layers"]![1]!.ToJsonString(JsonCaseOptions.Relaxed));
        Assert.AreEqual("runImage buildpack buildpack sbom app app", string.Join(' ', image["layers"]!.AsArray().Select(static layer => (string)layer!["kind"]!)));
        Assert.AreEqual("abc", (string?)image["project"]!["source"]!["version"]!["commit"]);
        Assert.AreEqual(NamedImages.DiffId("sbom").ToString(), (string?)image["sbom"]);
        Assert.AreEqual(6027, (long)image["size"]!);
        Assert.AreEqual("[]", image["notes"]!.ToJsonString());
    }

    [TestMethod]
    public async Task Images_of_old_versions_of_the_reference_are_shown_too()
    {
        ImageInspection inspection = await new ImageInspector().InspectAsync("legacy", InspectedImages.Legacy, Token);

        Assert.AreEqual("cnbs/sample-stack-run:bionic", inspection.RunImage!.Name);
        Assert.AreEqual("gcr.io/cnbs/run:bionic", string.Join(' ', inspection.RunImage.Mirrors));
        Assert.AreEqual("run image|run image|heroku/ruby:gems|app|config|launcher", string.Join('|', inspection.Layers.Select(static layer => layer.Name)));
        Assert.AreEqual("heroku/ruby 0.1", string.Join(' ', inspection.Buildpacks.Select(static buildpack => $"{buildpack.Id} {buildpack.Version}")));
        InspectedProcess process = inspection.Processes.Single();
        Assert.AreEqual("web: bundle exec rackup, direct False, default True", $"{process.Type}: {string.Join('|', process.Command)}, direct {process.IsDirect}, default {process.IsDefault}");
        Assert.IsNull(inspection.RebaseObstacle);
        Assert.IsEmpty(inspection.Notes);
    }

    [TestMethod]
    public async Task A_plain_image_is_shown_as_far_as_it_goes()
    {
        ImageInspection inspection = await new ImageInspector().InspectAsync("plain", InspectedImages.Plain, Token);

        Assert.AreEqual($"""
            plain for linux/amd64
              digest        {InspectedImages.Plain.Digest}
              size          2.0 kB in 2 layers
              run image     the image does not say
              rebase        no: BPT2220: The image 'plain' has no label io.buildpacks.lifecycle.metadata: no buildpacks lifecycle made it, and nothing tells its layers apart. Name an image that this package, pack or kpack built, or build this one again.
              starts        /server --port 80
              layers            1.0 kB  {Short("base")}  unknown (base)
                                1.0 kB  {Short("files")}  unknown (files)
            """, string.Join('\n', InspectionText.Lines(inspection, listsPackages: false)));
    }

    [TestMethod]
    public async Task Added_packages_are_in_the_same_order_on_every_machine()
    {
        Image image = InspectedImages.Of(["os", "app"], """
            {"app":[{"sha":"{app}"}],"runImage":{"topLayer":"{os}"},
             "buildpacks":[{"key":"buildpacktasks/debian-packages","version":"1","layers":{"debian-packages":{"sha":"{app}","launch":true,"build":false,"cache":false,"data":{"packages":["liba 1","libB 2","lib-c 3","libaa 4"]}}}}]}
            """, "{}");

        ImageInspection inspection = await new ImageInspector().InspectAsync("web", image, Token);

        Assert.AreEqual("lib-c libB liba libaa", string.Join(' ', inspection.AddedPackages.Select(static package => package.Name)));
    }

    [TestMethod]
    public async Task Who_forbids_to_rebase_the_image_is_heard()
    {
        Image image = InspectedImages.Own.With([], [new("io.buildpacks.rebasable", "false")]);

        ImageInspection inspection = await new ImageInspector().InspectAsync("shop/web:1.4", image, Token);

        Assert.StartsWith("BPT2230: The maker of the image 'shop/web:1.4' says that it cannot be rebased", $"{inspection.RebaseObstacle!.Code}: {inspection.RebaseObstacle.Message}");
    }

    [TestMethod]
    public async Task An_index_gives_an_inspection_for_each_of_its_images()
    {
        Image other = NamedImages.Of(["other"], new Platform("linux", "arm64", "v8"));
        var index = ImageIndex.Create([InspectedImages.Own, other], ImageFormat.Oci);

        IReadOnlyList<ImageInspection> inspections = await new ImageInspector().InspectAsync("web", new TaggedImage(index.Descriptor, index.Bytes, [InspectedImages.Own, other]), Token);

        Assert.AreEqual(
            $"linux/amd64 {InspectedImages.Own.Digest} in {index.Digest}\nlinux/arm64/v8 {other.Digest} in {index.Digest}",
            string.Join('\n', inspections.Select(static inspection => $"{inspection.Image.Config.Platform} {inspection.Image.Digest} in {inspection.IndexDigest}")));
    }

    [TestMethod]
    public async Task An_index_without_images_is_refused()
    {
        var index = new Descriptor(MediaTypes.OciIndex, NamedImages.DiffId("index"), 10);

        LifecycleException error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => new ImageInspector().InspectAsync("web", new TaggedImage(index, new byte[10], []), Token));

        Assert.AreEqual("BPT2280: 'web' is an index without images. Name an image, or an index that lists one.", $"{error.Code}: {error.Message}");
    }

    [TestMethod]
    public async Task Who_cannot_be_asked_leaves_the_answer_unknown_and_hides_nothing()
    {
        var inspector = new ImageInspector { Systems = new Refusing(), News = new Refusing(), Runtimes = new Refusing() };

        ImageInspection inspection = await inspector.InspectAsync("web", InspectedImages.Own, Token);

        Assert.IsNull(inspection.RunImage!.Newer.IsNewer);
        Assert.AreEqual(Refusing.Message.TrimEnd('.'), inspection.RunImage.Newer.Reason);
        Assert.AreEqual(
            $"{Refusing.Message}\nThe packages of the operating system could not be read. {Refusing.Message}",
            string.Join('\n', inspection.Notes));
        Assert.HasCount(6, inspection.Layers);
    }

    private static ImageInspector Inspector() => new() { Systems = new KnownSystem(), News = new KnownSystem(), Runtimes = new KnownSystem() };

    private static string Short(string layer) => NamedImages.DiffId($"compressed {layer}").ToString()[..19];
}
