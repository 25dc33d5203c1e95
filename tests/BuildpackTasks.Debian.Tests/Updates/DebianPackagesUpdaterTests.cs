using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Debian.Tests;

[TestClass]
public sealed class DebianPackagesUpdaterTests
{
    private static SigningKeys keys = null!;

    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    [ClassInitialize]
    public static async Task CreateKeysAsync(TestContext _) => keys = await SigningKeys.CreateAsync();

    [ClassCleanup]
    public static async Task EndKeysAsync() => await keys.DisposeAsync();

    [TestMethod]
    public async Task The_layer_is_the_very_one_that_a_build_makes_now()
    {
        await using var images = new DebianImages(keys);
        await images.PublishAsync(Freetype("2.13", "libpng"), Png("1.6"), Brotli("1.1"));
        Image runImage = await images.AssembleAsync();
        BuildpacksImage image = await images.BuildAsync(runImage, "libfreetype6");
        // The newer one needs another library in place of the first.
        await images.PublishAsync(Freetype("2.14", "libbrotli1"), Png("1.7"), Brotli("1.1"));
        BuildpacksImage fresh = await images.BuildAsync(runImage, "libfreetype6");

        LayerUpdate update = (await images.Updater().UpdateAsync(image, runImage.Layers, Token))!;

        LayerMetadata expected = fresh.LayersOf(DebianPackagesBuildpack.Id)["debian-packages"];
        UpdatedLayer updated = update.Layers["debian-packages"];
        Assert.AreEqual(expected.Stored, new StoredLayer(updated.Layer.Fingerprint, updated.Layer.Descriptor.Digest, updated.Layer.Descriptor.Size));
        Assert.AreSequenceEqual(["libbrotli1 1.1", "libfreetype6 2.14"], (object[])updated.Data["packages"]);
        Assert.AreSequenceEqual(((System.Collections.IEnumerable)expected.Data["packages"]).Cast<object>(), (object[])updated.Data["packages"]);
        Assert.AreSequenceEqual(((System.Collections.IEnumerable)expected.Data["requested"]).Cast<object>(), (object[])updated.Data["requested"]);
        Assert.AreEqual("libbrotli1  1.1, libfreetype6 2.13 2.14, libpng16-16 1.6 ", Text(update.Packages));
        Assert.AreEqual("libfreetype6 2.13, libpng16-16 1.6 to libbrotli1 1.1, libfreetype6 2.14", $"{update.Before} to {update.After}");
        Assert.IsEmpty(update.Objections);
    }

    [TestMethod]
    public async Task Where_nothing_is_newer_nothing_changes_and_no_package_is_fetched()
    {
        await using var images = new DebianImages(keys);
        await images.PublishAsync(Freetype("2.13", "libpng"), Png("1.6"));
        Image runImage = await images.AssembleAsync();
        BuildpacksImage image = await images.BuildAsync(runImage, "libfreetype6");
        images.Archive.Requests.Clear();

        Assert.IsNull(await images.Updater().UpdateAsync(image, runImage.Layers, Token));

        Assert.IsEmpty(images.Archive.Requests.Where(static request => request.ToString().Contains(".deb", StringComparison.Ordinal)));
        Assert.IsNotEmpty(images.Archive.Requests);
    }

    [TestMethod]
    public async Task An_image_without_such_a_layer_has_nothing_to_update()
    {
        await using var images = new DebianImages(keys);
        await images.PublishAsync();
        Image runImage = await images.AssembleAsync();

        Assert.IsNull(await images.Updater().UpdateAsync(await images.BuildAsync(runImage), runImage.Layers, Token));
    }

    [TestMethod]
    public async Task Images_side_by_side_ask_the_suite_once_and_fetch_a_package_once()
    {
        await using var images = new DebianImages(keys);
        await images.PublishAsync(Freetype("2.13", "libpng"), Png("1.6"));
        Image runImage = await images.AssembleAsync();
        BuildpacksImage[] all = [await images.BuildAsync(runImage, "libfreetype6"), await images.BuildAsync(runImage, "libpng16-16", "libfreetype6")];
        await images.PublishAsync(Freetype("2.14", "libpng"), Png("1.6"));
        images.Archive.Requests.Clear();
        DebianPackagesUpdater updater = images.Updater();

        LayerUpdate?[] updates = await Task.WhenAll(Enumerable.Range(0, 20).Select(index => updater.UpdateAsync(all[index % 2], runImage.Layers, Token)));

        Assert.AreEqual(1, updates.Select(static update => update!.Layers["debian-packages"].Layer.Descriptor.Digest).Distinct().Count());
        string[] requests = [.. images.Archive.Requests.Select(static request => request.ToString())];
        Assert.AreEqual(1, requests.Count(static request => request.StartsWith("dists/test/InRelease", StringComparison.Ordinal)), string.Join('\n', requests));
        Assert.AreEqual(1, requests.Count(static request => request.Contains("libfreetype6_2.14", StringComparison.Ordinal)), string.Join('\n', requests));
    }

    [TestMethod]
    public async Task The_suite_is_that_of_the_run_image_that_the_image_will_have()
    {
        await using var images = new DebianImages(keys);
        await images.PublishAsync(Freetype("2.13", "libpng"), Png("1.6"));
        Image runImage = await images.AssembleAsync();
        BuildpacksImage image = await images.BuildAsync(runImage, "libfreetype6");
        // The newer run image has the library, so the layer does not.
        await images.PublishAsync(Freetype("2.13", "libpng"), Png("1.6"), new TestPackage("libstdc++6", "15") { Fields = "Depends: libc6, libgcc-s1, libpng16-16" });
        Image newer = await images.AssembleAsync();

        LayerUpdate update = (await images.Updater().UpdateAsync(image, newer.Layers, Token))!;

        Assert.AreSequenceEqual(["libfreetype6 2.13"], (object[])update.Layers["debian-packages"].Data["packages"]);
        Assert.AreEqual("libpng16-16 1.6 ", Text(update.Packages));
    }

    [TestMethod]
    public async Task A_layer_of_packages_that_the_run_image_has_now_is_empty()
    {
        await using var images = new DebianImages(keys);
        await images.PublishAsync(Png("1.6"));
        BuildpacksImage image = await images.BuildAsync(await images.AssembleAsync(), "libpng16-16");
        await images.PublishAsync(Png("1.6"), new TestPackage("libstdc++6", "15") { Fields = "Depends: libc6, libgcc-s1, libpng16-16" });
        Image newer = await images.AssembleAsync();

        LayerUpdate update = (await images.Updater().UpdateAsync(image, newer.Layers, Token))!;

        Assert.IsEmpty(await LayerListing.ReadAsync(update.Layers["debian-packages"].Layer, Token));
        Assert.AreEqual("libpng16-16 1.6 to none", $"{update.Before} to {update.After}");
        Assert.AreEqual("The run image has all packages of the layer debian-packages now; the layer is empty.", update.Notes.Single());
    }

    [TestMethod]
    public async Task An_image_that_does_not_say_what_was_asked_for_keeps_all_that_it_has()
    {
        await using var images = new DebianImages(keys);
        await images.PublishAsync(Freetype("2.13", "libpng"), Png("1.6"));
        Image runImage = await images.AssembleAsync();
        BuildpacksImage image = WithLabel(await images.BuildAsync(runImage, "libfreetype6"), ",\"requested\":[\"libfreetype6\"]", "");
        await images.PublishAsync(Freetype("2.14", "libc6"), Png("1.7"));

        LayerUpdate update = (await images.Updater().UpdateAsync(image, runImage.Layers, Token))!;

        Assert.AreEqual("libfreetype6 2.13 2.14, libpng16-16 1.6 1.7", Text(update.Packages));
    }

    [TestMethod]
    public async Task Older_packages_are_objected_to()
    {
        await using var images = new DebianImages(keys);
        await images.PublishAsync(Png("1.6"));
        Image runImage = await images.AssembleAsync();
        BuildpacksImage image = await images.BuildAsync(runImage, "libpng16-16");
        await images.PublishAsync(Png("1.6~rc1"));

        LayerUpdate update = (await images.Updater().UpdateAsync(image, runImage.Layers, Token))!;

        CodedException objection = update.Objections.Single();
        Assert.AreEqual(
            "BPT4051 The packages in the layer debian-packages of 'shop/web:1.4' are newer than the suite's: the image has libpng16-16 1.6, and the suite has 1.6~rc1. Set DebianMirror to a mirror that is up to date, take DebianPackages out of RebaseLayers, or set ForceRebase to true.",
            $"{objection.Code} {objection.Message}");
        Assert.IsTrue(update.Packages.Single().IsOlder);
    }

    [TestMethod]
    public async Task A_package_that_the_suite_has_no_more_is_an_error()
    {
        await using var images = new DebianImages(keys);
        await images.PublishAsync(Png("1.6"));
        Image runImage = await images.AssembleAsync();
        BuildpacksImage image = await images.BuildAsync(runImage, "libpng16-16");
        await images.PublishAsync();

        await AssertRefusedAsync(images, image, runImage.Layers,
            "BPT4050 The layer debian-packages of 'shop/web:1.4' cannot be brought up to date: The suite 'test' has no package 'libpng16-16' any more. Build the image again without the package, or take DebianPackages out of RebaseLayers.");
    }

    [TestMethod]
    public async Task A_run_image_that_packages_cannot_be_added_to_is_an_error()
    {
        await using var images = new DebianImages(keys);
        await images.PublishAsync(Png("1.6"));
        BuildpacksImage image = await images.BuildAsync(await images.AssembleAsync(), "libpng16-16");
        ILayer alpine = await images.NewCache().GetOrCreateAsync(LayerContents.Create([LayerEntry.ForFile("etc/os-release", FileContent.FromBytes("ID=alpine\n"u8.ToArray()))]), LayerCompression.Balanced, Token);

        await AssertRefusedAsync(images, image, [alpine],
            "BPT4052 The layer debian-packages of 'shop/web:1.4' cannot be brought up to date: the run image below it is made of alpine and not of Debian or Ubuntu. Set RunImage to another, or take DebianPackages out of RebaseLayers.");
    }

    [TestMethod]
    [DataRow("[\"libpng16-16 1.6\"]", "7")]
    [DataRow("[\"libpng16-16 1.6\"]", "[\"libpng16-16\"]")]
    [DataRow("[\"libpng16-16 1.6\"]", "[\"../x 1.6\"]")]
    [DataRow("[\"libpng16-16 1.6\"]", "[\"libpng16-16 1.6\",\"libpng16-16 1.6\"]")]
    [DataRow("\"requested\":[\"libpng16-16\"]", "\"requested\":[\"--help\"]")]
    [DataRow("\"requested\":[\"libpng16-16\"]", "\"requested\":[]")]
    public async Task A_label_that_no_build_writes_is_refused(string part, string other)
    {
        await using var images = new DebianImages(keys);
        await images.PublishAsync(Png("1.6"));
        Image runImage = await images.AssembleAsync();
        BuildpacksImage image = WithLabel(await images.BuildAsync(runImage, "libpng16-16"), part, other);

        await AssertRefusedAsync(images, image, runImage.Layers, "BPT4054 ");
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task A_run_image_that_is_assembled_again_has_ICU_where_the_present_one_has_it(bool includesIcu)
    {
        await using var images = new DebianImages(keys);
        await images.PublishAsync();
        BuildpacksImage image = await images.BuildAsync(await images.AssembleAsync(includesIcu));

        DebianRunImageRequest request = DebianRunImageRequest.For(DebianRunImageName.Parse("debian://other"), image);

        Assert.AreEqual($"debian://other linux/amd64 {includesIcu}", $"{request.Name} {request.Platform} {request.IncludeIcu}");
    }

    [TestMethod]
    [DataRow(null, true)]
    [DataRow("false", true)]
    [DataRow("1", false)]
    [DataRow("true", false)]
    public async Task In_place_of_another_run_image_one_has_ICU_unless_the_app_does_without(string? invariant, bool expected)
    {
        await using var images = new DebianImages(keys);
        Image runImage = Image.Empty(new Platform("linux", "amd64")).Append(
            await images.NewCache().GetOrCreateAsync(LayerContents.Create([LayerEntry.ForFile("etc/x", FileContent.FromBytes("x"u8.ToArray()))]), LayerCompression.Balanced, Token), new HistoryEntry("COPY x"));
        if (invariant is not null) runImage = runImage.WithConfig(config => config.WithEnvironmentVariable("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", invariant));

        Assert.AreEqual(expected, DebianRunImageRequest.For(DebianRunImageName.Parse("debian://test"), await images.BuildAsync(runImage)).IncludeIcu);
    }

    private static TestPackage Freetype(string version, string needs) =>
        new("libfreetype6", version) { Fields = $"Depends: libc6 (>= 2.36), {needs}", Entries = [TestPackage.File("./usr/lib/libfreetype.so.6", $"freetype {version}")] };

    private static TestPackage Png(string version) =>
        new("libpng16-16", version) { Fields = "Provides: libpng\nDepends: libc6", Entries = [TestPackage.File("./lib/libpng.so", $"png {version}")] };

    private static TestPackage Brotli(string version) =>
        new("libbrotli1", version) { Fields = "Depends: libc6", Entries = [TestPackage.File("./usr/lib/libbrotli.so", $"brotli {version}")] };

    private static BuildpacksImage WithLabel(BuildpacksImage image, string part, string other)
    {
        string label = image.Image.Config.Labels[LifecycleMetadata.Label];
        Assert.Contains(part, label);
        return BuildpacksImage.Read(image.Image.WithConfig(config => config.WithLabels([new(LifecycleMetadata.Label, label.Replace(part, other, StringComparison.Ordinal))])), image.Name);
    }

    private static string Text(IReadOnlyList<PackageChange> changes) => string.Join(", ", changes.Select(static change => $"{change.Name} {change.Before} {change.After}"));

    private async Task AssertRefusedAsync(DebianImages images, BuildpacksImage image, IReadOnlyList<ILayer> runImage, string expected)
    {
        var error = await Assert.ThrowsExactlyAsync<DebianException>(() => images.Updater().UpdateAsync(image, runImage, Token));
        Assert.StartsWith(expected, $"{error.Code} {error.Message}");
    }
}
