using BuildpackTasks.Oci;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>Rebases that are taken back.</summary>
[TestClass]
public sealed class FleetRollbackTests
{
    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    public async Task Every_tag_names_again_what_it_did_also_when_asked_twice()
    {
        await using FleetCase fleet = await FleetCase.CreateAsync(new FleetShape(12), Token);
        FleetSummary rebased = await fleet.RunAsync(fleet.Settings(), Token);

        FleetSummary first = await fleet.RollBackAsync(rebased.RollbackFile!, Token);
        FleetSummary second = await fleet.RollBackAsync(rebased.RollbackFile!, Token);

        Assert.AreEqual("12 restored", first.Counts.ToString());
        Assert.AreEqual("12 up to date", second.Counts.ToString());
        Assert.IsTrue(first.Succeeded && second.Succeeded);
        CollectionAssert.AreEqual(fleet.Old.ToArray(), await fleet.DigestsAsync(Token));
    }

    [TestMethod]
    public async Task An_image_in_a_layout_is_what_it_was_without_a_tag_that_keeps_it()
    {
        await using FleetCase fleet = await FleetCase.CreateAsync(new FleetShape(1), Token);
        using var layout = new TemporaryDirectory();
        string name = $"oci:{layout.Combine("images")}:1";
        ITaggedStore registry = fleet.Open(ImageLocation.Parse(fleet.Fleet.Names[0], "/")), store = fleet.Open(ImageLocation.Parse(name, "/"));
        await store.WriteAsync((await registry.ReadTaggedAsync("1", Token))!.Images[0], ["1"], null, Token);
        TaggedImage old = (await store.ReadTaggedAsync("1", Token))!;
        FleetSummary rebased = await fleet.RunAsync(fleet.Settings(), Token, name);
        Assert.AreEqual("1 rebased", rebased.Counts.ToString());
        Assert.AreNotEqual(old.Descriptor.Digest, await store.FindTagAsync("1", Token));

        FleetSummary summary = await fleet.RollBackAsync(rebased.RollbackFile!, Token);

        Assert.AreEqual("1 restored", summary.Counts.ToString());
        Assert.AreEqual(old.Descriptor.Digest, await store.FindTagAsync("1", Token));
        foreach (ILayer layer in (await store.ReadTaggedAsync("1", Token))!.Images[0].Layers)
        {
            await using Stream content = await layer.OpenAsync(Token);
            await content.CopyToAsync(Stream.Null, Token);
        }
    }

    [TestMethod]
    public async Task A_last_line_without_its_end_counts_and_is_not_written_over()
    {
        await using FleetCase fleet = await FleetCase.CreateAsync(new FleetShape(3), Token);
        FleetSettings settings = fleet.Settings() with { RollbackFile = Path.Combine(fleet.State, "own.jsonl"), Concurrency = 1 };
        await fleet.RunAsync(settings, Token, fleet.Fleet.Names[0], fleet.Fleet.Names[1]);
        File.WriteAllText(settings.RollbackFile!, File.ReadAllText(settings.RollbackFile!).TrimEnd('\n'));

        await fleet.RunAsync(settings, Token, fleet.Fleet.Names[2]);
        File.WriteAllText(settings.RollbackFile!, File.ReadAllText(settings.RollbackFile!).TrimEnd('\n'));
        FleetSummary summary = await fleet.RollBackAsync(settings.RollbackFile!, Token);

        Assert.AreEqual("3 restored", summary.Counts.ToString());
        Assert.IsTrue(summary.Succeeded);
        CollectionAssert.AreEqual(fleet.Old.ToArray(), await fleet.DigestsAsync(Token));
    }

    [TestMethod]
    public async Task Runs_that_share_a_file_are_taken_back_together()
    {
        await using FleetCase fleet = await FleetCase.CreateAsync(new FleetShape(2), Token);
        FleetSettings settings = fleet.Settings() with { RollbackFile = Path.Combine(fleet.State, "own.jsonl") };
        await fleet.RunAsync(settings, Token);
        fleet.Fleet.MoveRunImage(3);
        using var registries = new RegistryClient(new BuildpackTasks.Oci.RegistryOptions());
        fleet.Rebase = new Publisher.LowestLayerRebase(registries, ImageReference.Parse(fleet.Fleet.RunImage)).RebaseAsync;
        Assert.AreEqual("2 rebased", (await fleet.RunAsync(settings, Token)).Counts.ToString());

        FleetSummary summary = await fleet.RollBackAsync(settings.RollbackFile!, Token);

        Assert.AreEqual("2 restored", summary.Counts.ToString());
        CollectionAssert.AreEqual(fleet.Old.ToArray(), await fleet.DigestsAsync(Token));
    }

    [TestMethod]
    public async Task What_somebody_pushed_since_is_rolled_back_only_by_force()
    {
        await using FleetCase fleet = await FleetCase.CreateAsync(new FleetShape(3) { Repository = "shop/web" }, Token);
        FleetSummary rebased = await fleet.RunAsync(fleet.Settings(), Token, fleet.Fleet.Names[0], fleet.Fleet.Names[1]);
        await MoveAsync(fleet, "v00002", "v00000");

        FleetSummary careful = await fleet.RollBackAsync(rebased.RollbackFile!, Token);

        Assert.AreEqual("1 restored, 1 failed", careful.Counts.ToString());
        Assert.AreEqual("BPT2268", careful.Failures.Single().ErrorCode);
        Assert.AreEqual(fleet.Old[2], await fleet.Contents.DigestOfAsync("shop/web", "v00000", Token));

        FleetSummary forced = await fleet.RollBackAsync(rebased.RollbackFile!, Token, force: true);

        Assert.AreEqual("1 up to date, 1 restored", forced.Counts.ToString());
        CollectionAssert.AreEqual(fleet.Old.ToArray(), await fleet.DigestsAsync(Token));
    }

    [TestMethod]
    public async Task What_the_registry_has_lost_cannot_be_restored_and_the_others_are()
    {
        await using FleetCase fleet = await FleetCase.CreateAsync(new FleetShape(3), Token);
        FleetSummary rebased = await fleet.RunAsync(fleet.Settings(), Token);
        fleet.Registry.Lose(fleet.Old[1]["sha256:".Length..]);

        FleetSummary summary = await fleet.RollBackAsync(rebased.RollbackFile!, Token);

        Assert.AreEqual("2 restored, 1 failed", summary.Counts.ToString());
        Assert.AreEqual("BPT2269", summary.Failures.Single().ErrorCode);
        await fleet.AssertRebasedAsync(Token, 1);
    }

    [TestMethod]
    public async Task A_move_that_was_only_intended_needs_no_rolling_back_and_broken_lines_do_not_stop_the_others()
    {
        await using FleetCase fleet = await FleetCase.CreateAsync(new FleetShape(2), Token);
        FleetSummary rebased = await fleet.RunAsync(fleet.Settings(), Token, fleet.Fleet.Names[0]);
        string never = $"sha256:{new string('0', 64)}";
        File.AppendAllText(rebased.RollbackFile!, $$"""
            nonsense
            {"image":"{{fleet.Fleet.Names[1]}}","tag":"1","old":"{{fleet.Old[1]}}","new":"{{never}}"}
            {"image":"{{fleet.Fleet.Names[1]}}","tag":"1","old":"{{never}}","ne
            """);

        FleetSummary summary = await fleet.RollBackAsync(rebased.RollbackFile!, Token);

        Assert.AreEqual("1 up to date, 1 restored", summary.Counts.ToString());
        Assert.AreEqual("BPT2267", summary.Problem!.Code);
        Assert.Contains("2 of its lines are malformed", summary.Problem.Message);
        Assert.IsFalse(summary.Succeeded);
        CollectionAssert.AreEqual(fleet.Old.ToArray(), await fleet.DigestsAsync(Token));
    }

    [TestMethod]
    public async Task A_file_that_is_none_or_is_not_there_is_refused()
    {
        await using FleetCase fleet = await FleetCase.CreateAsync(new FleetShape(1), Token);

        Assert.AreEqual("BPT2267", (await Assert.ThrowsExactlyAsync<LifecycleException>(() => fleet.RollBackAsync(fleet.Write("list", "a shopping list\n"), Token))).Code);
        Assert.AreEqual("BPT2267", (await Assert.ThrowsExactlyAsync<LifecycleException>(() => fleet.RollBackAsync(fleet.Write("line", "a shopping list"), Token))).Code);
        Assert.AreEqual("BPT2259", (await Assert.ThrowsExactlyAsync<LifecycleException>(() => fleet.RollBackAsync(fleet.State + ".not", Token))).Code);
    }

    private async Task MoveAsync(FleetCase fleet, string from, string to)
    {
        using var others = new RegistryClient(new BuildpackTasks.Oci.RegistryOptions());
        var store = new RegistryStore(others, ImageReference.Parse($"{fleet.Registry.Host}/shop/web"));
        await store.TagAsync((await store.ReadTaggedAsync(from, Token))!, to, Token);
    }
}
