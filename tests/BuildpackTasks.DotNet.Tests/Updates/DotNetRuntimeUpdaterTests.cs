using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;
using NuGet.Versioning;

namespace BuildpackTasks.DotNet.Tests;

[TestClass]
public sealed class DotNetRuntimeUpdaterTests
{
    private const string NetCore = "dotnet-runtime", AspNetCore = "dotnet-runtime-aspnetcore";

    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    public async Task The_layers_are_the_very_ones_that_a_build_with_the_version_makes()
    {
        using var images = new BuiltImages();
        BuildpacksImage image = await images.BuildAsync(AppDirectory.WebConfig, "10.0.12");
        BuildpacksImage fresh = await images.BuildAsync(AppDirectory.WebConfig, "10.0.14");

        LayerUpdate update = (await images.Updater("10.0.14", cache: images.NewCache()).UpdateAsync(image, [], Token))!;

        Assert.AreEqual(DotNetRuntimeBuildpack.Id, update.Buildpack);
        Assert.AreEqual("10.0.12 to 10.0.14", $"{update.Before} to {update.After}");
        Assert.AreSequenceEqual([NetCore, AspNetCore], update.Layers.Keys.Order(StringComparer.Ordinal));
        foreach ((string name, LayerMetadata expected) in fresh.LayersOf(DotNetRuntimeBuildpack.Id))
        {
            UpdatedLayer updated = update.Layers[name];
            Assert.AreEqual(expected.Sha, updated.Layer.DiffId);
            Assert.AreEqual(expected.Stored, new StoredLayer(updated.Layer.Fingerprint, updated.Layer.Descriptor.Digest, updated.Layer.Descriptor.Size));
            Assert.AreEqual(Text(expected.Data), Text(updated.Data));
        }
        Assert.IsEmpty(update.Objections);
        Assert.IsEmpty(update.Labels);
        Assert.AreSequenceEqual(["Microsoft.AspNetCore.App.Runtime.linux-x64 10.0.14", "Microsoft.NETCore.App.Runtime.linux-x64 10.0.14"], images.Asked);
    }

    [TestMethod]
    public async Task What_a_build_notes_of_the_runtime_says_what_the_app_needs()
    {
        using var images = new BuiltImages();

        BuildpacksImage image = await images.BuildAsync(
            AppDirectory.WebConfig, "10.0.12", static project => project with { Environment = new Dictionary<string, string> { ["DOTNET_GCName"] = "libclrgc.so" } });

        IReadOnlyDictionary<string, LayerMetadata> layers = image.LayersOf(DotNetRuntimeBuildpack.Id);
        Assert.AreEqual(
            "pack=Microsoft.NETCore.App.Runtime.linux-x64 requires=[{name=Microsoft.NETCore.App roll-forward=Minor version=10.0.0}{name=Microsoft.AspNetCore.App roll-forward=Minor version=10.0.0}] standalone-collectors=True version=10.0.12",
            Text(layers[NetCore].Data));
        Assert.AreEqual("pack=Microsoft.AspNetCore.App.Runtime.linux-x64 standalone-collectors=True version=10.0.12", Text(layers[AspNetCore].Data));
        Assert.IsTrue(ImageRuntime.Of(image)!.HasStandaloneCollectors);
    }

    [TestMethod]
    public async Task A_layer_that_is_known_needs_no_pack()
    {
        using var images = new BuiltImages();
        BuildpacksImage image = await images.BuildAsync(AppDirectory.WebConfig, "10.0.12");
        BuildpacksImage fresh = await images.BuildAsync(AppDirectory.WebConfig, "10.0.14");

        LayerUpdate update = (await images.Updater("10.0.14").UpdateAsync(image, [], Token))!;

        Assert.AreEqual(fresh.LayersOf(DotNetRuntimeBuildpack.Id)[NetCore].Sha, update.Layers[NetCore].Layer.DiffId);
        Assert.IsEmpty(images.Asked);
    }

    [TestMethod]
    public async Task Collectors_that_the_app_may_load_stay()
    {
        using var images = new BuiltImages();
        var environment = new Dictionary<string, string> { ["DOTNET_GCName"] = "libclrgc.so" };
        BuildpacksImage image = await images.BuildAsync(AppDirectory.ConsoleConfig, "10.0.12", project => project with { Environment = environment });
        BuildpacksImage fresh = await images.BuildAsync(AppDirectory.ConsoleConfig, "10.0.14", project => project with { Environment = environment });
        BuildpacksImage without = await images.BuildAsync(AppDirectory.ConsoleConfig, "10.0.14");
        // An earlier version of this package did not note it; the fingerprint tells.
        BuildpacksImage earlier = BuiltImages.WithLabel(image, "\"standalone-collectors\":true,", "");

        LayerUpdate update = (await images.Updater("10.0.14", cache: images.NewCache()).UpdateAsync(image, [], Token))!;
        LayerUpdate ofEarlier = (await images.Updater("10.0.14", cache: images.NewCache()).UpdateAsync(earlier, [], Token))!;

        Digest expected = fresh.LayersOf(DotNetRuntimeBuildpack.Id)[NetCore].Sha;
        Assert.AreEqual(expected, update.Layers[NetCore].Layer.DiffId);
        Assert.AreEqual(expected, ofEarlier.Layers[NetCore].Layer.DiffId);
        Assert.AreNotEqual(expected, without.LayersOf(DotNetRuntimeBuildpack.Id)[NetCore].Sha);
    }

    [TestMethod]
    [DataRow("10.0.14", "10.0.14", DisplayName = "a newer patch")]
    [DataRow("10.0.12", null, DisplayName = "the same")]
    [DataRow("10.0.9", null, DisplayName = "an older one")]
    public async Task Without_a_version_an_image_gets_the_newest_known_patch_of_its_own(string known, string? expected)
    {
        using var images = new BuiltImages();
        BuildpacksImage image = await images.BuildAsync(AppDirectory.WebConfig, "10.0.12");

        LayerUpdate? update = await images.Updater(null, known: [known, "9.0.30", "11.0.1"]).UpdateAsync(image, [], Token);

        Assert.AreEqual(expected, update?.After);
    }

    [TestMethod]
    public async Task Images_side_by_side_share_a_layer_and_ask_for_a_pack_once_and_one_after_the_other()
    {
        using var images = new BuiltImages();
        BuildpacksImage[] all = [await images.BuildAsync(AppDirectory.WebConfig, "10.0.12"), await images.BuildAsync(AppDirectory.ConsoleConfig, "10.0.12"), await images.BuildAsync(AppDirectory.WebConfig, "10.0.10")];
        int together = 0, most = 0;
        var updater = new DotNetRuntimeUpdater(async (packs, token) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref together));
            await Task.Delay(50, token);
            Interlocked.Decrement(ref together);
            return await images.ResolveAsync(packs, token);
        }, images.NewCache(), [], NuGetVersion.Parse("10.0.14"));

        LayerUpdate?[] updates = await Task.WhenAll(Enumerable.Range(0, 30).Select(index => updater.UpdateAsync(all[index % all.Length], [], Token)));

        Assert.AreSequenceEqual(["Microsoft.AspNetCore.App.Runtime.linux-x64 10.0.14", "Microsoft.NETCore.App.Runtime.linux-x64 10.0.14"], images.Asked);
        Assert.AreEqual(1, most);
        Assert.AreEqual(1, updates.Select(static update => update!.Layers[NetCore].Layer.Descriptor.Digest).Distinct().Count());
    }

    [TestMethod]
    public async Task Who_is_stopped_stops_nobody_else()
    {
        using var images = new BuiltImages();
        BuildpacksImage image = await images.BuildAsync(AppDirectory.ConsoleConfig, "10.0.12");
        using var stop = new CancellationTokenSource();
        var begun = new TaskCompletionSource();
        var updater = new DotNetRuntimeUpdater(async (packs, token) =>
        {
            begun.TrySetResult();
            if (token == stop.Token) await Task.Delay(Timeout.Infinite, token);
            return await images.ResolveAsync(packs, token);
        }, images.NewCache(), [], NuGetVersion.Parse("10.0.14"));

        Task<LayerUpdate?> first = updater.UpdateAsync(image, [], stop.Token);
        await begun.Task;
        Task<LayerUpdate?> second = updater.UpdateAsync(image, [], Token);
        await stop.CancelAsync();

        await Assert.ThrowsAsync<OperationCanceledException>(() => first);
        Assert.AreEqual("10.0.14", (await second)!.After);
    }

    [TestMethod]
    public async Task A_pack_that_nobody_has_is_the_error_of_every_image_that_needs_it()
    {
        using var images = new BuiltImages();
        BuildpacksImage image = await images.BuildAsync(AppDirectory.ConsoleConfig, "10.0.12");
        int asked = 0;
        var updater = new DotNetRuntimeUpdater((_, _) =>
        {
            asked++;
            return Task.FromResult<IReadOnlyList<ResolvedPack>>([]);
        }, images.NewCache(), [], NuGetVersion.Parse("10.0.99"));

        for (int i = 0; i < 3; i++) Assert.AreEqual("BPT3014", (await Assert.ThrowsExactlyAsync<DotNetException>(() => updater.UpdateAsync(image, [], Token))).Code);

        Assert.AreEqual(1, asked);
    }

    [TestMethod]
    public async Task Going_back_is_objected_to()
    {
        using var images = new BuiltImages();
        BuildpacksImage image = await images.BuildAsync(AppDirectory.WebConfig, "10.0.12");

        LayerUpdate update = (await images.Updater("10.0.9").UpdateAsync(image, [], Token))!;

        CodedException objection = update.Objections.Single();
        Assert.AreEqual("BPT3028 'shop/web:1.4' has .NET 10.0.12, and 10.0.9 is older. Set DotNetRuntimeVersion to a newer one, or ForceRebase to true.", $"{objection.Code} {objection.Message}");
        Assert.AreEqual("10.0.9", update.After);
    }

    [TestMethod]
    public async Task Another_minor_version_is_for_who_allows_it_and_the_label_follows()
    {
        using var images = new BuiltImages();
        BuildpacksImage image = await images.BuildAsync(AppDirectory.WebConfig, "10.0.12", labels: KeyValuePair.Create("net.dot.runtime.majorminor", "10.0"));

        LayerUpdate update = (await images.Updater("10.1.3", RuntimeUpdatePolicy.Minor).UpdateAsync(image, [], Token))!;

        Assert.AreEqual("10.1.3", update.After);
        Assert.AreEqual("10.1", update.Labels["net.dot.runtime.majorminor"]);
        Assert.IsEmpty(update.Objections);
    }

    [TestMethod]
    public async Task Another_minor_version_is_objected_to_where_the_image_does_not_say_what_its_app_accepts()
    {
        using var images = new BuiltImages();
        BuildpacksImage image = await images.BuildAsync(AppDirectory.ConsoleConfig, "10.0.12");
        BuildpacksImage earlier = BuiltImages.WithLabel(image, "\"requires\":[{\"name\":\"Microsoft.NETCore.App\",\"roll-forward\":\"Minor\",\"version\":\"10.0.0\"}],", "");

        LayerUpdate minor = (await images.Updater("10.1.3", RuntimeUpdatePolicy.Minor).UpdateAsync(earlier, [], Token))!;
        LayerUpdate patch = (await images.Updater("10.0.14").UpdateAsync(earlier, [], Token))!;

        Assert.AreEqual("BPT3029", minor.Objections.Single().Code);
        Assert.IsEmpty(patch.Objections);
    }

    private static string Text(object value) => value switch
    {
        IReadOnlyDictionary<string, object> table => string.Join(' ', table.OrderBy(static entry => entry.Key, StringComparer.Ordinal).Select(static entry => $"{entry.Key}={Text(entry.Value)}")),
        string text => text,
        System.Collections.IEnumerable list => $"[{string.Concat(list.Cast<object>().Select(static item => $"{{{Text(item)}}}"))}]",
        _ => value.ToString()!,
    };
}
