using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Debian.Tests;

[TestClass]
public sealed class DebianPackagesBuildpackTests
{
    private static SigningKeys keys = null!;

    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    [ClassInitialize]
    public static async Task CreateKeysAsync(TestContext _) => keys = await SigningKeys.CreateAsync();

    [ClassCleanup]
    public static async Task EndKeysAsync() => await keys.DisposeAsync();

    [TestMethod]
    public async Task Packages_are_added_with_what_they_need_and_the_image_does_not_have()
    {
        await using var archive = new TestArchive();
        using var cache = new TemporaryDirectory();
        await archive.PublishAsync("test", keys,
        [
            .. TestSuites.RunImage,
            new TestPackage("libfreetype6", "2.13") { Fields = "Depends: libc6 (>= 2.36), libpng", Entries = [TestPackage.File("./usr/lib/libfreetype.so.6", "freetype")] },
            new TestPackage("libpng16-16", "1.6") { Fields = "Provides: libpng\nDepends: libc6", Entries = [TestPackage.File("./lib/libpng.so", "png")] },
        ]);
        Image runImage = await AssembleAsync(archive, cache);
        var buildpack = Buildpack(["libfreetype6", "tzdata"], runImage, archive, cache);

        DetectResult detected = await buildpack.DetectAsync(new DetectContext("/app", Facts(runImage), new Dictionary<string, string>()), Token);
        BuildResult built = await buildpack.BuildAsync(Context(runImage), Token);

        Assert.AreEqual(DetectOutcome.Passed, detected.Outcome);
        BuildpackLayer layer = built.Layers.Single();
        Assert.IsTrue(layer.Launch);
        Assert.AreSequenceEqual(
            [
                "usr/lib/libfreetype.so.6", "usr/lib/libpng.so", "var/lib/dpkg/status.d/libfreetype6", "var/lib/dpkg/status.d/libfreetype6.md5sums",
                "var/lib/dpkg/status.d/libpng16-16", "var/lib/dpkg/status.d/libpng16-16.md5sums",
            ],
            layer.Entries!.Where(static entry => entry.Type != LayerEntryType.Directory).Select(static entry => entry.Path));
        Assert.AreSequenceEqual(["libfreetype6 2.13", "libpng16-16 1.6"], (object[])layer.Metadata["packages"]);
    }

    [TestMethod]
    public async Task The_files_of_an_added_package_have_the_bytes_of_the_package()
    {
        await using var archive = new TestArchive();
        using var cache = new TemporaryDirectory();
        await archive.PublishAsync("test", keys, [.. TestSuites.RunImage, new TestPackage("fonts-x", "1") { Entries = [TestPackage.File("./usr/share/fonts/a", "first"), TestPackage.File("./usr/share/fonts/b", "second"), TestPackage.File("./usr/share/fonts/empty", "")] }]);
        Image runImage = await AssembleAsync(archive, cache);

        BuildResult built = await Buildpack(["fonts-x"], runImage, archive, cache).BuildAsync(Context(runImage), Token);

        KnownLayer layer = await new LayerCache(cache.Path, long.MaxValue).GetOrCreateAsync(LayerContents.Create(built.Layers[0].Entries!), LayerCompression.Smallest, Token);
        Assert.AreSequenceEqual(
            ["usr/share/fonts/ 755 0", "usr/share/fonts/a 644 0 'first'", "usr/share/fonts/b 644 0 'second'", "usr/share/fonts/empty 644 0 ''"],
            (await LayerListing.ReadAsync(layer, Token)).Where(static line => line.StartsWith("usr/share/fonts", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task Packages_whose_layer_is_known_are_not_fetched()
    {
        await using var archive = new TestArchive();
        using var cache = new TemporaryDirectory();
        using var empty = new TemporaryDirectory();
        await archive.PublishAsync("test", keys, [.. TestSuites.RunImage, new TestPackage("fonts-x", "1") { Entries = [TestPackage.File("./usr/share/fonts/a", "first")] }]);
        Image runImage = await AssembleAsync(archive, cache);
        BuildResult first = await Buildpack(["fonts-x"], runImage, archive, cache).BuildAsync(Context(runImage), Token);
        archive.Requests.Clear();

        BuildContext knowing = Context(runImage) with { IsKnownAsync = (fingerprint, _) => Task.FromResult(fingerprint == first.Layers[0].Fingerprint) };
        BuildResult second = await Buildpack(["fonts-x"], runImage, archive, empty).BuildAsync(knowing, Token);

        Assert.IsNull(second.Layers.Single().Entries);
        Assert.AreEqual(first.Layers[0].Fingerprint, second.Layers[0].Fingerprint);
        Assert.AreSequenceEqual((object[])first.Layers[0].Metadata["packages"], (object[])second.Layers[0].Metadata["packages"]);
        Assert.IsEmpty(archive.Requests.Where(static request => request.ToString().Contains(".deb", StringComparison.Ordinal)));
        Assert.IsNotEmpty(archive.Requests);
    }

    [TestMethod]
    public async Task What_the_image_has_already_makes_no_layer()
    {
        await using var archive = new TestArchive();
        using var cache = new TemporaryDirectory();
        await archive.PublishAsync("test", keys, TestSuites.RunImage);
        Image runImage = await AssembleAsync(archive, cache);

        BuildResult built = await Buildpack(["tzdata"], runImage, archive, cache).BuildAsync(Context(runImage), Token);

        Assert.IsEmpty(built.Layers);
    }

    [TestMethod]
    public async Task Unchanged_packages_cost_one_conditional_request_for_each_pocket()
    {
        await using var archive = new TestArchive();
        using var cache = new TemporaryDirectory();
        await archive.PublishAsync("test", keys, [.. TestSuites.RunImage, new TestPackage("fonts-x", "1")]);
        Image runImage = await AssembleAsync(archive, cache);
        await Buildpack(["fonts-x"], runImage, archive, cache).BuildAsync(Context(runImage), Token);
        archive.Requests.Clear();

        await Buildpack(["fonts-x"], runImage, archive, cache).BuildAsync(Context(runImage), Token);

        Assert.AreSequenceEqual(
            ["dists/test-security/InRelease: 404", "dists/test-updates/InRelease: 404", "dists/test/InRelease if changed: 304"],
            archive.Requests.Select(static request => request.ToString()).Order(StringComparer.Ordinal));
    }

    [TestMethod]
    public async Task A_package_that_needs_a_newer_one_than_the_image_has_is_refused()
    {
        await using var archive = new TestArchive();
        using var cache = new TemporaryDirectory();
        await archive.PublishAsync("test", keys, TestSuites.RunImage);
        Image runImage = await AssembleAsync(archive, cache);
        await archive.PublishAsync("test", keys, [new TestPackage("libc6", "2.42"), new TestPackage("fonts-x", "1") { Fields = "Depends: libc6 (>= 2.42)" }]);

        await AssertErrorAsync("BPT4003", "'fonts-x' needs libc6 (>= 2.42), but the run image has libc6 2.41", Buildpack(["fonts-x"], runImage, archive, cache), runImage);
    }

    [TestMethod]
    [DataRow("Fonts")]
    [DataRow("../x")]
    [DataRow("a b")]
    public async Task What_is_no_package_name_is_refused(string name)
    {
        await using var archive = new TestArchive();
        using var cache = new TemporaryDirectory();
        Image runImage = Image.Empty(new Platform("linux", "amd64"));

        await AssertErrorAsync("BPT4041", "is not the name of a package", Buildpack([name], runImage, archive, cache), runImage);
    }

    [TestMethod]
    [DataRow("ID=alpine\nVERSION_ID=3.20\n", "made of alpine and not of Debian or Ubuntu")]
    [DataRow("", "made of no distribution and not of Debian or Ubuntu")]
    [DataRow("ID=debian\n", "it does not say of which suite it is")]
    [DataRow("ID=debian\nVERSION_CODENAME=trixie\n", "it does not say which packages it has")]
    public async Task An_image_that_packages_cannot_be_added_to_is_refused(string osRelease, string part)
    {
        await using var archive = new TestArchive();
        using var cache = new TemporaryDirectory();
        Image runImage = await ImageOfAsync(cache, ("etc/os-release", osRelease));

        await AssertErrorAsync("BPT4042", part, Buildpack(["fonts-x"], runImage, archive, cache), runImage);
    }

    [TestMethod]
    [DataRow("../../elsewhere")]
    [DataRow("trixie?x=y")]
    [DataRow("trixie#x")]
    public async Task What_is_no_name_of_a_suite_reaches_no_mirror(string codename)
    {
        await using var archive = new TestArchive();
        using var cache = new TemporaryDirectory();
        Image runImage = await ImageOfAsync(cache, ("etc/os-release", $"ID=debian\nVERSION_CODENAME={codename}\n"), ("var/lib/dpkg/status", "Package: a\nStatus: install ok installed\nVersion: 1\n"));

        await AssertErrorAsync("BPT4042", "it does not say of which suite it is", Buildpack(["fonts-x"], runImage, archive, cache), runImage);

        Assert.IsEmpty(archive.Requests);
    }

    [TestMethod]
    public async Task An_image_made_with_dpkg_has_the_packages_that_are_installed()
    {
        await using var archive = new TestArchive();
        using var cache = new TemporaryDirectory();
        await archive.PublishAsync("noble", keys, [new TestPackage("fonts-x", "1") { Fields = "Depends: installed, removed" }, new TestPackage("installed", "2"), new TestPackage("removed", "2")]);
        Image runImage = await ImageOfAsync(cache,
            ("etc/os-release", "ID=ubuntu\nVERSION_CODENAME=noble\n"),
            ("var/lib/dpkg/status", "Package: installed\nStatus: install ok installed\nVersion: 1\nConffiles:\n /etc/x 0\n\nPackage: removed\nStatus: deinstall ok config-files\nVersion: 1\n"));

        BuildResult built = await Buildpack(["fonts-x"], runImage, archive, cache).BuildAsync(Context(runImage), Token);

        Assert.AreSequenceEqual(["fonts-x 1", "removed 2"], (object[])built.Layers.Single().Metadata["packages"]);
    }

    private static DebianPackagesBuildpack Buildpack(IReadOnlyList<string> packages, Image runImage, TestArchive archive, TemporaryDirectory cache) =>
        new(packages, runImage, "a test's image", DebianSources.FromMachine(archive.Uri.ToString(), keys.Keyring), new LayerCache(cache.Path, long.MaxValue), TimeProvider.System);

    private async Task<Image> AssembleAsync(TestArchive archive, TemporaryDirectory cache) =>
        await new DebianImageAssembler(DebianSources.FromMachine(archive.Uri.ToString(), keys.Keyring), new LayerCache(cache.Path, long.MaxValue), TimeProvider.System)
            .AssembleAsync(new DebianRunImageRequest { Name = DebianRunImageName.Parse("debian://test"), Platform = new Platform("linux", "amd64") }, Token);

    private async Task<Image> ImageOfAsync(TemporaryDirectory cache, params (string Path, string Content)[] files)
    {
        LayerContents contents = LayerContents.Create(files.Select(static file => LayerEntry.ForFile(file.Path, FileContent.FromBytes(System.Text.Encoding.UTF8.GetBytes(file.Content)))));
        return Image.Empty(new Platform("linux", "amd64")).Append(await new LayerCache(cache.Path, long.MaxValue).GetOrCreateAsync(contents, LayerCompression.Balanced, Token));
    }

    private async Task AssertErrorAsync(string code, string part, DebianPackagesBuildpack buildpack, Image runImage)
    {
        var error = await Assert.ThrowsExactlyAsync<DebianException>(() => buildpack.BuildAsync(Context(runImage), Token));
        Assert.AreEqual(code, error.Code, error.Message);
        Assert.Contains(part, error.Message);
    }

    private static RunImageFacts Facts(Image image) => new() { Platform = image.Config.Platform };

    private static BuildContext Context(Image image) =>
        new("/app", "/app", "/layers/buildpacktasks_debian-packages", Facts(image), new Dictionary<string, string>(), []);
}
