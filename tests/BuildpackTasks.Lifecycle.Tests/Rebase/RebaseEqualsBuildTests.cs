using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle.Tests;

[TestClass]
public sealed class RebaseEqualsBuildTests
{
    [TestMethod]
    [DataRow(1, 2)]
    [DataRow(2, 1)]
    [DataRow(3, 1)]
    public async Task A_rebase_gives_the_image_that_a_build_on_the_run_image_gives(int from, int to)
    {
        using var app = new RebasedBuild();
        Image before = (await app.BuildAsync(await app.RunImageAsync(from))).Image;
        Image built = (await app.BuildAsync(await app.RunImageAsync(to))).Image;

        RebasedImage rebased = await RebasedBuild.RebaseAsync(before, await app.RunImageAsync(to));

        Assert.AreEqual(System.Text.Encoding.UTF8.GetString(built.ConfigBytes.Span), System.Text.Encoding.UTF8.GetString(rebased.After.ConfigBytes.Span));
        Assert.AreEqual(built.Digest, rebased.After.Digest);
        Assert.AreEqual("run image", string.Join(' ', rebased.Changes.Select(static change => change.Part)));
        Assert.IsEmpty(rebased.Notes);
    }

    [TestMethod]
    public async Task There_and_back_again_is_the_same_image()
    {
        using var app = new RebasedBuild();
        Image before = (await app.BuildAsync(await app.RunImageAsync(1))).Image;

        Image there = (await RebasedBuild.RebaseAsync(before, await app.RunImageAsync(2))).After;
        Image further = (await RebasedBuild.RebaseAsync(there, await app.RunImageAsync(3))).After;
        Image back = (await RebasedBuild.RebaseAsync(further, await app.RunImageAsync(1))).After;

        Assert.AreEqual(before.Digest, back.Digest);
    }

    [TestMethod]
    public async Task A_layer_that_is_updated_is_what_a_build_with_the_newer_parts_gives()
    {
        using var app = new RebasedBuild();
        Image before = (await app.BuildAsync(await app.RunImageAsync(1))).Image;
        app.RuntimeVersion = "10.0.2";
        Image built = (await app.BuildAsync(await app.RunImageAsync(2))).Image;

        RebasedImage rebased = await RebasedBuild.RebaseAsync(before, await app.RunImageAsync(2), null, app.Updater("10.0.2"));
        RebasedImage again = await RebasedBuild.RebaseAsync(rebased.After, await app.RunImageAsync(2), null, app.Updater("10.0.2"));

        Assert.AreEqual(built.Digest, rebased.After.Digest);
        Assert.AreEqual("run image, runtime 10.0.1 -> 10.0.2: runtime", $"{rebased.Changes[0].Part}, {rebased.Changes[1].Part} {rebased.Changes[1].Before} -> {rebased.Changes[1].After}: {rebased.Changes[1].Layers[0].Name}");
        Assert.AreEqual(before.Layers[1].DiffId, rebased.Changes[1].Layers[0].Before!.DiffId);
        Assert.AreEqual(built.Layers[2].DiffId, rebased.Changes[1].Layers[0].After!.DiffId);
        Assert.AreSame(rebased.After, again.After);
    }

    [TestMethod]
    public async Task Only_a_layer_is_updated_where_the_run_image_is_to_stay()
    {
        using var app = new RebasedBuild();
        Image before = (await app.BuildAsync(await app.RunImageAsync(1))).Image;
        app.RuntimeVersion = "10.0.2";
        Image built = (await app.BuildAsync(await app.RunImageAsync(1))).Image;

        RebasedImage rebased = await RebasedBuild.RebaseAsync(before, await app.RunImageAsync(2), new RebaseSettings { ReplacesRunImage = false }, app.Updater("10.0.2"));

        Assert.AreEqual(built.Digest, rebased.After.Digest);
    }

    [TestMethod]
    public async Task The_next_build_reuses_the_layers_of_a_rebased_image_on_an_empty_disk()
    {
        using var app = new RebasedBuild();
        ResolvedImage runImage = await app.RunImageAsync(2);
        Image rebased = (await RebasedBuild.RebaseAsync((await app.BuildAsync(await app.RunImageAsync(1))).Image, runImage)).After;
        using var elsewhere = new RebasedBuild();
        var notes = new List<string>();

        LifecycleMetadata known = LifecycleMetadata.Of(new ResolvedImage("web", "web@" + rebased.Digest, rebased), notes)!;
        ExportedImage next = await elsewhere.BuildAsync(runImage, new ResolvedImage("web", "web@" + rebased.Digest, rebased));

        Assert.IsEmpty(notes);
        Assert.AreEqual(string.Join('\n', rebased.Layers.Select(static layer => layer.DiffId)), string.Join('\n', known.StoredLayers.Select(static layer => layer.Key)));
        Assert.IsTrue(next.Layers.Zip(rebased.Layers.Skip(2)).All(pair => known.StoredLayers.Any(stored => stored.Value.Fingerprint == pair.First.Layer.Fingerprint && stored.Value.Digest == pair.Second.Descriptor.Digest)));
        Assert.AreEqual(rebased.Digest, next.Image.Digest);
    }

    [TestMethod]
    public async Task An_image_whose_layers_were_compressed_in_another_way_is_rebased()
    {
        using var app = new RebasedBuild();
        Image before = (await app.BuildAsync(await app.RunImageAsync(1))).Image;
        Image recompressed = before.Layers.Select((layer, index) => (layer, index)).Aggregate(before, static (image, item) =>
            image.WithLayer(item.index, new NamedLayer(item.layer.DiffId, Digest.Of(System.Text.Encoding.UTF8.GetBytes($"other {item.index}")), 5), null));

        RebasedImage rebased = await RebasedBuild.RebaseAsync(recompressed, await app.RunImageAsync(2));

        Assert.AreEqual((await app.BuildAsync(await app.RunImageAsync(2))).Image.Config.Labels[LifecycleMetadata.Label], rebased.After.Config.Labels[LifecycleMetadata.Label]);
        Assert.AreEqual(recompressed.Layers[^1].Descriptor.Digest, rebased.After.Layers[^1].Descriptor.Digest);
        var notes = new List<string>();
        Assert.IsNotNull(LifecycleMetadata.Of(new ResolvedImage("web", "web", rebased.After), notes));
        Assert.HasCount(4, notes, "Layers that are stored in another way than the label says are not reused.");
    }
}
