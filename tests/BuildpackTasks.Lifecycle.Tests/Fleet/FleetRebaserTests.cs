using System.Text.Json;
using BuildpackTasks.Oci;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>Many images rebased in a real registry.</summary>
[TestClass]
public sealed class FleetRebaserTests
{
    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    public async Task Every_image_gets_the_new_base_with_six_requests_and_no_layer_byte_sent()
    {
        await using FleetCase fleet = await FleetCase.CreateAsync(new FleetShape(20), Token);

        FleetSummary summary = await fleet.RunAsync(fleet.Settings(), Token);

        Assert.IsTrue(summary.Succeeded, File.ReadAllText(summary.TextFile));
        Assert.AreEqual("20 rebased", summary.Counts.ToString());
        IReadOnlyList<RegistryRequest> requests = await fleet.Registry.GetRequestsAsync(Token);
        foreach ((string repository, _) in fleet.Fleet.Images)
        {
            string[] made = [.. requests.Where(request => request.Path.StartsWith($"/v2/{repository}/", StringComparison.Ordinal)).Select(static request => request.ToString())];
            Assert.IsLessThanOrEqualTo(6, made.Length, string.Join('\n', made));
        }
        CollectionAssert.DoesNotContain(RegistryContents.Sent(requests).ToArray(), fleet.NewBase);
        await fleet.AssertRebasedAsync(Token, Enumerable.Range(0, 20));
        Assert.IsFalse(File.Exists(Path.Combine(fleet.State, "journal.jsonl")));
    }

    [TestMethod]
    public async Task What_is_up_to_date_is_left_alone()
    {
        await using FleetCase fleet = await FleetCase.CreateAsync(new FleetShape(3), Token);
        await fleet.RunAsync(fleet.Settings(), Token);
        await fleet.Registry.ClearRequestsAsync(Token);

        FleetSummary summary = await fleet.RunAsync(fleet.Settings(), Token);

        Assert.AreEqual("3 up to date", summary.Counts.ToString());
        Assert.IsTrue(summary.Succeeded);
        Assert.IsTrue((await fleet.Registry.GetRequestsAsync(Token)).All(static request => request.Method is "GET" or "HEAD"));
        Assert.IsNull(summary.RollbackFile);
    }

    [TestMethod]
    public async Task What_fails_does_not_stop_the_others_and_each_has_its_reason()
    {
        await using FleetCase fleet = await FleetCase.CreateAsync(new FleetShape(4), Token);
        fleet.Registry.Lose((await fleet.Contents.DigestOfAsync("fleet/app00001", "1", Token))!["sha256:".Length..]);
        var rebase = fleet.Rebase;
        fleet.Rebase = (image, name, stop) => name.Contains("app00002", StringComparison.Ordinal) ? throw new InvalidOperationException("a mistake") : rebase(image, name, stop);

        FleetSummary summary = await fleet.RunAsync(fleet.Settings(), Token, [.. fleet.Fleet.Names, $"{fleet.Registry.Host}/fleet/app00000@{fleet.Old[0]}", "no name", fleet.Fleet.Names[3]]);

        Assert.IsFalse(summary.Succeeded);
        Assert.AreEqual("2 rebased, 4 failed", summary.Counts.ToString());
        Assert.AreEqual("BPT2254 BPT2266 BPT2252 BPT1002", string.Join(' ', summary.Failures.Select(static failure => failure.ErrorCode)));
        Assert.AreEqual($"{fleet.Fleet.Names[3]} is named more than once, and is done once.", summary.Notes.Single());
        await fleet.AssertRebasedAsync(Token, 0, 3);
    }

    [TestMethod]
    public async Task A_dry_run_writes_nothing_and_says_what_would_change_once_for_all_images()
    {
        await using FleetCase fleet = await FleetCase.CreateAsync(new FleetShape(5), Token);

        FleetSummary summary = await fleet.RunAsync(fleet.Settings(keepTag: "{tag}-before", dryRun: true), Token);

        Assert.AreEqual("5 would be rebased", summary.Counts.ToString());
        Assert.IsTrue((await fleet.Registry.GetRequestsAsync(Token)).All(static request => request.Method is "GET" or "HEAD"));
        CollectionAssert.AreEqual(fleet.Old.ToArray(), await fleet.DigestsAsync(Token));
        Assert.AreEqual("dry-run.json dry-run.txt lock", string.Join(' ', Directory.GetFiles(fleet.State).Select(Path.GetFileName).Order(StringComparer.Ordinal)));
        string text = File.ReadAllText(summary.TextFile);
        Assert.Contains($"  {fleet.Fleet.Names[4]} [1]\n", text);
        Assert.Contains("\n[1] 5 images\n", text);
        Assert.AreEqual(1, text.Split("      libssl3t64: 3.5.1-1 -> 3.5.2-1\n").Length - 1);
        Assert.Contains($"-> {fleet.NewBase["sha256:".Length..][..12]} (", text);
    }

    [TestMethod]
    public async Task The_summary_for_programs_has_every_image_in_the_order_asked_for()
    {
        await using FleetCase fleet = await FleetCase.CreateAsync(new FleetShape(30), Token);

        FleetSummary summary = await fleet.RunAsync(fleet.Settings(keepTag: "{tag}-before"), Token);

        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(summary.JsonFile));
        JsonElement[] images = [.. json.RootElement.GetProperty("images").EnumerateArray()];
        CollectionAssert.AreEqual(fleet.Fleet.Names.ToArray(), images.Select(static image => image.GetProperty("image").GetString()).ToArray());
        CollectionAssert.AreEqual(fleet.Old.ToArray(), images.Select(static image => image.GetProperty("before").GetString()).ToArray());
        CollectionAssert.AreEqual(await fleet.DigestsAsync(Token), images.Select(static image => image.GetProperty("after").GetString()).ToArray());
        Assert.IsTrue(images.All(static image => image.GetProperty("status").GetString() == "rebased" && image.GetProperty("keptAs").GetString() == "1-before"));
        Assert.AreEqual(fleet.NewBase, images[7].GetProperty("changes")[0].GetProperty("layers")[0].GetProperty("after").GetProperty("digest").GetString());
        Assert.AreEqual("3.5.2-1", images[7].GetProperty("changes")[0].GetProperty("packages")[0].GetProperty("after").GetString());
        Assert.AreEqual(30, json.RootElement.GetProperty("counts").GetProperty("rebased").GetInt32());
        Assert.IsTrue(json.RootElement.GetProperty("succeeded").GetBoolean());
        Assert.AreEqual(summary.RollbackFile, json.RootElement.GetProperty("rollbackFile").GetString());
    }

    [TestMethod]
    public async Task What_is_replaced_keeps_a_tag()
    {
        await using FleetCase fleet = await FleetCase.CreateAsync(new FleetShape(4) { Repository = "shop/web" }, Token);

        FleetSummary summary = await fleet.RunAsync(fleet.Settings(keepTag: "{tag}-before"), Token);

        Assert.IsTrue(summary.Succeeded, File.ReadAllText(summary.TextFile));
        for (int i = 0; i < 4; i++) Assert.AreEqual(fleet.Old[i], await fleet.Contents.DigestOfAsync("shop/web", $"v0000{i}-before", Token));
        await fleet.AssertRebasedAsync(Token, 0, 1, 2, 3);
    }

    [TestMethod]
    public async Task A_tag_that_keeps_another_image_is_not_moved_and_the_image_is_not_rebased()
    {
        await using FleetCase fleet = await FleetCase.CreateAsync(new FleetShape(3) { Repository = "shop/web" }, Token);

        FleetSummary summary = await fleet.RunAsync(fleet.Settings(keepTag: "previous"), Token);
        FleetSummary taken = await fleet.RunAsync(fleet.Settings(keepTag: "v00000"), Token, fleet.Fleet.Names[1]);

        Assert.AreEqual("1 rebased, 2 failed", summary.Counts.ToString());
        Assert.IsTrue(summary.Failures.All(static failure => failure.ErrorCode == "BPT2257"));
        string? kept = await fleet.Contents.DigestOfAsync("shop/web", "previous", Token);
        string[] now = await fleet.DigestsAsync(Token);
        Assert.AreEqual(1, Enumerable.Range(0, 3).Count(i => now[i] != fleet.Old[i] && fleet.Old[i] == kept));
        Assert.AreEqual(2, Enumerable.Range(0, 3).Count(i => now[i] == fleet.Old[i]));
        Assert.IsFalse(taken.Succeeded && now[1] == fleet.Old[1]);
    }

    [TestMethod]
    public async Task A_tag_that_somebody_moved_meanwhile_is_left_to_them()
    {
        await using FleetCase fleet = await FleetCase.CreateAsync(new FleetShape(2) { Repository = "shop/web" }, Token);
        var time = new SteppedTime();
        fleet.Time = time;
        var rebase = fleet.Rebase;
        fleet.Rebase = async (image, name, stop) =>
        {
            RebaseResult result = await rebase(image, name, stop);
            using var others = new RegistryClient(new BuildpackTasks.Oci.RegistryOptions());
            var store = new RegistryStore(others, ImageReference.Parse(fleet.Fleet.Names[0]));
            await store.TagAsync((await store.ReadTaggedAsync("v00001", stop))!, "v00000", stop);
            time.Advance(TimeSpan.FromSeconds(3));
            return result;
        };

        FleetSummary summary = await fleet.RunAsync(fleet.Settings(keepTag: "{tag}-before"), Token, fleet.Fleet.Names[0]);

        Assert.AreEqual("BPT2255", summary.Failures.Single().ErrorCode);
        Assert.AreEqual(fleet.Old[1], await fleet.Contents.DigestOfAsync("shop/web", "v00000", Token));
        Assert.IsNull(await fleet.Contents.DigestOfAsync("shop/web", "v00000-before", Token));
        Assert.IsNull(summary.RollbackFile);
    }

    [TestMethod]
    public async Task A_tag_that_somebody_moved_while_layers_were_sent_is_left_to_them()
    {
        await using FleetCase fleet = await FleetCase.CreateAsync(new FleetShape(2) { Repository = "shop/web" }, Token);
        var time = new SteppedTime();
        fleet.Time = time;
        var layer = UploadedLayer.Create("new", async () =>
        {
            using var others = new RegistryClient(new BuildpackTasks.Oci.RegistryOptions());
            var store = new RegistryStore(others, ImageReference.Parse(fleet.Fleet.Names[0]));
            await store.TagAsync((await store.ReadTaggedAsync("v00001", Token))!, "v00000", Token);
            time.Advance(TimeSpan.FromMinutes(3));
        });
        var rebase = fleet.Rebase;
        fleet.Rebase = async (image, name, stop) =>
        {
            RebaseResult result = await rebase(image, name, stop);
            return result with { Images = [result.Images[0] with { After = result.Images[0].After.WithLayer(0, layer, null) }] };
        };

        FleetSummary summary = await fleet.RunAsync(fleet.Settings(), Token, fleet.Fleet.Names[0]);

        Assert.AreEqual("BPT2255", summary.Failures.Single().ErrorCode);
        Assert.AreEqual(fleet.Old[1], await fleet.Contents.DigestOfAsync("shop/web", "v00000", Token));
        Assert.IsNull(summary.RollbackFile);
    }

    [TestMethod]
    public async Task An_image_with_a_tag_and_a_digest_is_rebased_only_while_the_tag_names_the_digest()
    {
        await using FleetCase fleet = await FleetCase.CreateAsync(new FleetShape(2), Token);

        FleetSummary summary = await fleet.RunAsync(fleet.Settings(), Token, $"{fleet.Fleet.Names[0]}@{fleet.Old[0]}", $"{fleet.Fleet.Names[1]}@{fleet.Old[0]}");

        Assert.AreEqual("1 rebased, 1 failed", summary.Counts.ToString());
        Assert.AreEqual("BPT2255", summary.Failures.Single().ErrorCode);
        await fleet.AssertRebasedAsync(Token, 0);
    }

    [TestMethod]
    public async Task Several_tags_of_one_image_are_moved_with_one_computation()
    {
        await using FleetCase fleet = await FleetCase.CreateAsync(new FleetShape(1) { Repository = "shop/web" }, Token);
        using (var others = new RegistryClient(new BuildpackTasks.Oci.RegistryOptions()))
        {
            var store = new RegistryStore(others, ImageReference.Parse(fleet.Fleet.Names[0]));
            TaggedImage image = (await store.ReadTaggedAsync("v00000", Token))!;
            foreach (string tag in (string[])["a", "b", "c"]) await store.TagAsync(image, tag, Token);
        }
        int computed = 0;
        var rebase = fleet.Rebase;
        fleet.Rebase = async (image, name, stop) =>
        {
            Interlocked.Increment(ref computed);
            RebaseResult result = await rebase(image, name, stop);
            return result with { Images = [result.Images[0] with { Overridden = [$"The image '{name}' is old."], Notes = [$"Of '{name}'."] }] };
        };

        FleetSummary summary = await fleet.RunAsync(fleet.Settings() with { Concurrency = 1 }, Token, [.. "abc".Select(tag => $"{fleet.Registry.Host}/shop/web:{tag}")]);

        Assert.AreEqual("3 rebased", summary.Counts.ToString());
        Assert.AreEqual(1, computed);
        string text = File.ReadAllText(summary.TextFile);
        foreach (char tag in "abc")
        {
            Assert.Contains($"    forced: The image '{fleet.Registry.Host}/shop/web:{tag}' is old.\n", text);
            Assert.Contains($"    Of '{fleet.Registry.Host}/shop/web:{tag}'.\n", text);
        }
        Assert.AreEqual(1, (await Task.WhenAll("abc".Select(tag => fleet.Contents.DigestOfAsync("shop/web", $"{tag}", Token)))).Distinct().Count());
    }

    [TestMethod]
    public async Task Two_runs_at_once_in_one_directory_are_refused()
    {
        await using FleetCase fleet = await FleetCase.CreateAsync(new FleetShape(1), Token);
        LifecycleException? error = null;
        var rebase = fleet.Rebase;
        fleet.Rebase = async (image, name, stop) =>
        {
            error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => fleet.RunAsync(fleet.Settings(), Token));
            return await rebase(image, name, stop);
        };

        FleetSummary summary = await fleet.RunAsync(fleet.Settings(), Token);

        Assert.IsTrue(summary.Succeeded);
        Assert.AreEqual("BPT2258", error!.Code);
    }

    [TestMethod]
    public async Task A_run_that_is_stopped_says_what_it_did_not_reach_and_goes_on_when_asked_again()
    {
        await using FleetCase fleet = await FleetCase.CreateAsync(new FleetShape(30), Token);
        using var stop = new CancellationTokenSource();
        int computed = 0;
        var rebase = fleet.Rebase;
        fleet.Rebase = async (image, name, token) =>
        {
            if (Interlocked.Increment(ref computed) == 10) await stop.CancelAsync();
            return await rebase(image, name, token);
        };

        FleetSummary summary = await fleet.RunAsync(fleet.Settings(), stop.Token);

        string[] now = await fleet.DigestsAsync(Token);
        int moved = Enumerable.Range(0, 30).Count(i => now[i] != fleet.Old[i]);
        Assert.IsTrue(summary.IsInterrupted);
        Assert.IsFalse(summary.Succeeded);
        Assert.AreEqual(30, summary.Counts.Total);
        Assert.AreEqual(moved, summary.Counts.Rebased);
        Assert.AreEqual(30 - moved, summary.Counts.NotReached);

        await fleet.Registry.ClearRequestsAsync(Token);
        FleetSummary rest = await fleet.RunAsync(fleet.Settings(), Token);

        Assert.AreEqual("30 rebased", rest.Counts.ToString());
        Assert.Contains($"{moved} images are done", rest.Notes.Single());
        string[] asked = [.. (await fleet.Registry.GetRequestsAsync(Token)).Select(static request => request.Path.Split('/')[3]).Where(static name => name.StartsWith("app", StringComparison.Ordinal)).Distinct()];
        Assert.AreEqual(30 - moved, asked.Length);
        Assert.AreEqual("30 up to date", (await fleet.RunAsync(fleet.Settings(), Token)).Counts.ToString());
    }

    [TestMethod]
    public async Task What_terminals_would_obey_or_hide_is_shown_as_what_it_is()
    {
        await using FleetCase fleet = await FleetCase.CreateAsync(new FleetShape(1), Token);
        var rebase = fleet.Rebase;
        fleet.Rebase = async (image, name, stop) =>
        {
            RebaseResult result = await rebase(image, name, stop);
            return result with { Images = [result.Images[0] with { Notes = ["a\u202Eb\u200Bc\u001Bd\u2028e"] }] };
        };

        FleetSummary summary = await fleet.RunAsync(fleet.Settings(), Token, fleet.Fleet.Names[0], "x\u202Ey\u200Bz");

        string text = File.ReadAllText(summary.TextFile);
        Assert.Contains("    a\\u202Eb\\u200Bc\\u001Bd\\u2028e\n", text);
        Assert.Contains("  x\\u202Ey\\u200Bz\n", text);
        Assert.AreEqual("x\\u202Ey\\u200Bz", summary.Failures.Single().Name);
    }

    [TestMethod]
    public async Task No_more_is_done_behind_a_slow_image_than_memory_shall_hold()
    {
        await using FleetCase fleet = await FleetCase.CreateAsync(new FleetShape(1), Token);
        int listed = 0;
        var problem = new LifecycleException("BPT0000", "No.");
        async IAsyncEnumerable<FleetItem> ItemsAsync()
        {
            await Task.Yield();
            yield return FleetItem.Parse(fleet.Fleet.Names[0], "/");
            for (; listed < 50_000; listed++) yield return FleetItem.Broken($"no {listed}", problem);
        }
        int behind = 0;
        var rebase = fleet.Rebase;
        fleet.Rebase = async (image, name, stop) =>
        {
            // Until nothing moves any more.
            for (int last = -1; last != Volatile.Read(ref listed);)
            {
                last = Volatile.Read(ref listed);
                await Task.Delay(1000, stop);
            }
            behind = listed;
            return await rebase(image, name, stop);
        };

        FleetSummary summary = await new FleetRebaser(fleet.Open, fleet.Rebase, fleet.Settings()).RunAsync(ItemsAsync(), null, Token);

        Assert.AreEqual("1 rebased, 50000 failed", summary.Counts.ToString());
        // As many are done, and as many wait in the list.
        Assert.IsLessThan(9000, behind);
    }

    [TestMethod]
    public async Task An_empty_fleet_is_an_error()
    {
        await using FleetCase fleet = await FleetCase.CreateAsync(new FleetShape(1), Token);

        FleetSummary summary = await new FleetRebaser(fleet.Open, fleet.Rebase, fleet.Settings()).RunAsync(FleetList.ReadAsync(fleet.List("# nothing"), Token), null, Token);
        FleetSummary missing = await new FleetRebaser(fleet.Open, fleet.Rebase, fleet.Settings()).RunAsync(FleetList.ReadAsync(fleet.List() + ".not", Token), null, Token);

        Assert.AreEqual("BPT2264", summary.Problem!.Code);
        Assert.AreEqual("BPT2250", missing.Problem!.Code);
        Assert.IsFalse(summary.Succeeded || missing.Succeeded);
    }

    [TestMethod]
    public async Task A_registrys_catalogue_is_rebased_as_its_patterns_say_and_what_was_kept_is_left_alone()
    {
        await using FleetCase fleet = await FleetCase.CreateAsync(new FleetShape(12), Token);
        using var registries = new RegistryClient(new BuildpackTasks.Oci.RegistryOptions());
        var listing = new RegistryListing(registries);
        FleetSettings settings = fleet.Settings(keepTag: "{tag}-before");
        FleetRebaser Rebaser() => new(fleet.Open, fleet.Rebase, settings);
        IAsyncEnumerable<FleetItem> Items(FleetSettings asked) => new FleetTags(asked, listing.TagsAsync, listing.RepositoriesAsync)
            .OfRegistryAsync(fleet.Registry.Host, GlobPatterns.Parse("fleet/app0000?", "ImageRepositoryPattern"), GlobPatterns.All, Token);

        FleetSummary first = await Rebaser().RunAsync(Items(settings), null, Token);
        // What an earlier run kept is known without its KeepTag.
        settings = fleet.Settings();
        FleetSummary second = await Rebaser().RunAsync(Items(settings), null, Token);

        Assert.AreEqual("10 rebased", first.Counts.ToString());
        Assert.AreEqual("10 up to date", second.Counts.ToString());
        await fleet.AssertRebasedAsync(Token, Enumerable.Range(0, 10));
        Assert.AreEqual(fleet.Old[10], await fleet.Contents.DigestOfAsync("fleet/app00010", "1", Token));
    }

    [TestMethod]
    public async Task Rebased_images_run_their_own_app_on_the_new_base()
    {
        await using FleetCase fleet = await FleetCase.CreateAsync(new FleetShape(2), Token);
        await using var podman = new Podman();
        CommandResult before = await podman.RunAsync($"{fleet.Registry.Host}/fleet/app00001@{fleet.Old[1]}", cancellationToken: Token);

        await fleet.RunAsync(fleet.Settings(), Token);

        CommandResult after = await podman.RunAsync(fleet.Fleet.Names[1], cancellationToken: Token);
        Assert.AreEqual("ID=debian\nVERSION_ID=13\nBUILD_ID=1\napp 1\n", before.EnsureSuccess().Output);
        Assert.AreEqual("ID=debian\nVERSION_ID=13\nBUILD_ID=2\napp 1\n", after.EnsureSuccess().Output);
    }
}
