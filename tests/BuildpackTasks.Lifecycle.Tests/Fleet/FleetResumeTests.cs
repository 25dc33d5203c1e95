using BuildpackTasks.Oci;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>Runs that go on where an earlier one was.</summary>
[TestClass]
public sealed class FleetResumeTests
{
    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    public async Task Only_what_an_interrupted_run_did_not_reach_is_looked_at_and_the_rollback_file_goes_on()
    {
        await using FleetCase fleet = await FleetCase.CreateAsync(new FleetShape(5), Token);
        FleetSummary first = await StopAtOneAsync(fleet);
        await fleet.Registry.ClearRequestsAsync(Token);

        FleetSummary second = await fleet.RunAsync(fleet.Settings(), Token);

        Assert.AreEqual("4 rebased, 1 not reached", first.Counts.ToString());
        Assert.AreEqual("5 rebased", second.Counts.ToString());
        Assert.AreEqual("app00002", await AskedAsync(fleet));
        Assert.AreEqual(first.RollbackFile, second.RollbackFile);
        Assert.AreEqual(1 + 5, File.ReadAllLines(second.RollbackFile!).Length);
        Assert.AreEqual(4, File.ReadAllText(second.JsonFile).Split("\"earlier\": true").Length - 1);
    }

    [TestMethod]
    public async Task A_run_that_came_to_its_end_is_not_gone_on_with_whatever_failed_in_it()
    {
        await using FleetCase fleet = await FleetCase.CreateAsync(new FleetShape(3), Token);
        FleetSummary first = await FailOneAsync(fleet);
        string newest = fleet.Fleet.MoveRunImage(3);
        using var registries = new RegistryClient(new BuildpackTasks.Oci.RegistryOptions());
        fleet.Rebase = new Publisher.LowestLayerRebase(registries, ImageReference.Parse(fleet.Fleet.RunImage)).RebaseAsync;

        FleetSummary second = await FailOneAsync(fleet);

        Assert.AreEqual("2 rebased, 1 failed", first.Counts.ToString());
        Assert.AreEqual("2 rebased, 1 failed", second.Counts.ToString());
        Assert.IsEmpty(second.Notes);
        Assert.AreNotEqual(first.RollbackFile, second.RollbackFile);
        Assert.AreEqual(newest, (await fleet.Contents.LayersAsync("fleet/app00000", "1", Token))[0]);
        Assert.IsFalse(File.Exists(Journal(fleet)));
    }

    [TestMethod]
    public async Task What_was_rolled_back_after_an_interruption_is_not_taken_for_done()
    {
        await using FleetCase fleet = await FleetCase.CreateAsync(new FleetShape(3), Token);
        FleetSummary first = await StopAtOneAsync(fleet);
        Assert.AreEqual("2 restored", (await fleet.RollBackAsync(first.RollbackFile!, Token)).Counts.ToString());

        FleetSummary second = await fleet.RunAsync(fleet.Settings(), Token);

        Assert.AreEqual("3 rebased", second.Counts.ToString());
        Assert.IsEmpty(second.Notes);
        await fleet.AssertRebasedAsync(Token, 0, 1, 2);
    }

    [TestMethod]
    public async Task Something_else_that_is_asked_begins_anew()
    {
        await using FleetCase fleet = await FleetCase.CreateAsync(new FleetShape(3), Token);
        await StopAtOneAsync(fleet);
        await fleet.Registry.ClearRequestsAsync(Token);

        FleetSummary second = await fleet.RunAsync(fleet.Settings(keepTag: "{tag}-before"), Token);

        Assert.AreEqual("1 rebased, 2 up to date", second.Counts.ToString());
        Assert.StartsWith("Something else is asked", second.Notes.Single());
        Assert.AreEqual("app00000 app00001 app00002", await AskedAsync(fleet));
    }

    [TestMethod]
    public async Task What_is_older_than_half_a_day_is_looked_at_again()
    {
        await using FleetCase fleet = await FleetCase.CreateAsync(new FleetShape(3), Token);
        var time = new SteppedTime();
        fleet.Time = time;
        await StopAtOneAsync(fleet);
        await fleet.Registry.ClearRequestsAsync(Token);
        time.Advance(TimeSpan.FromHours(13));

        FleetSummary second = await fleet.RunAsync(fleet.Settings(), Token);

        Assert.AreEqual("1 rebased, 2 up to date", second.Counts.ToString());
        Assert.StartsWith("More than 12 hours", second.Notes.Single());
    }

    [TestMethod]
    [DataRow("{\"image\":\"torn")]
    [DataRow("not json at all\n")]
    [DataRow("{\"image\":\"HOST/fleet/app00002:1\",\"status\":\"nonsense\"}\n")]
    [DataRow("{\"image\":\"HOST/fleet/app00002:1\",\"before\":3}\n")]
    public async Task Lines_of_the_journal_that_are_torn_or_damaged_count_for_nothing(string line)
    {
        await using FleetCase fleet = await FleetCase.CreateAsync(new FleetShape(3), Token);
        await StopAtOneAsync(fleet);
        File.AppendAllText(Journal(fleet), line.Replace("HOST", fleet.Registry.Host, StringComparison.Ordinal));

        FleetSummary second = await fleet.RunAsync(fleet.Settings(), Token);

        Assert.AreEqual("3 rebased", second.Counts.ToString());
        await fleet.AssertRebasedAsync(Token, 0, 1, 2);
    }

    [TestMethod]
    public async Task A_journal_that_is_something_else_begins_anew()
    {
        await using FleetCase fleet = await FleetCase.CreateAsync(new FleetShape(2), Token);
        Directory.CreateDirectory(fleet.State);
        File.WriteAllBytes(Journal(fleet), [0, 1, 2, 3]);

        Assert.AreEqual("2 rebased", (await fleet.RunAsync(fleet.Settings(), Token)).Counts.ToString());
    }

    [TestMethod]
    public async Task A_tag_that_was_moved_without_a_line_in_the_journal_is_the_interrupted_runs_work()
    {
        await using FleetCase fleet = await FleetCase.CreateAsync(new FleetShape(4), Token);
        await StopAtOneAsync(fleet);
        // As if the run had ended after the tag and before the line.
        string[] lines = File.ReadAllLines(Journal(fleet));
        File.WriteAllText(Journal(fleet), string.Join('\n', lines[..^1]) + "\n" + lines[^1][..20]);

        FleetSummary second = await fleet.RunAsync(fleet.Settings(), Token);

        Assert.AreEqual("4 rebased", second.Counts.ToString());
        Assert.AreEqual(1 + 4, File.ReadAllLines(second.RollbackFile!).Length);
    }

    [TestMethod]
    public async Task A_file_of_the_users_own_is_appended_to_and_one_that_is_something_else_is_refused()
    {
        await using FleetCase fleet = await FleetCase.CreateAsync(new FleetShape(2), Token);
        string own = fleet.Write("own.jsonl", "");
        FleetSettings settings = fleet.Settings() with { RollbackFile = own };

        FleetSummary first = await fleet.RunAsync(settings, Token, fleet.Fleet.Names[0]);
        File.AppendAllText(own, "{\"image\":\"torn");
        FleetSummary second = await fleet.RunAsync(settings, Token, fleet.Fleet.Names[1]);

        Assert.AreEqual(own, first.RollbackFile);
        Assert.AreEqual(own, second.RollbackFile);
        Assert.AreEqual(1 + 2, File.ReadAllLines(own).Length);
        string other = fleet.Write("other.txt", "shopping list");
        Assert.AreEqual("BPT2267", (await Assert.ThrowsExactlyAsync<LifecycleException>(() => fleet.RunAsync(fleet.Settings() with { RollbackFile = other }, Token))).Code);
        Assert.AreEqual("shopping list", File.ReadAllText(other));
    }

    [TestMethod]
    public async Task Where_the_rollback_file_cannot_be_written_no_tag_is_moved()
    {
        await using FleetCase fleet = await FleetCase.CreateAsync(new FleetShape(2), Token);
        string file = fleet.Write("file", "");

        FleetSummary summary = await fleet.RunAsync(fleet.Settings() with { RollbackFile = Path.Combine(file, "rollback.jsonl") }, Token);

        Assert.AreEqual("2 failed", summary.Counts.ToString());
        Assert.IsTrue(summary.Failures.All(static failure => failure.ErrorCode == "BPT2259"));
        CollectionAssert.AreEqual(fleet.Old.ToArray(), await fleet.DigestsAsync(Token));
    }

    [TestMethod]
    public async Task A_rollback_file_that_another_run_writes_is_not_shared_with_it()
    {
        await using FleetCase fleet = await FleetCase.CreateAsync(new FleetShape(2), Token);
        string own = fleet.Write("own.jsonl", "");
        var rebase = fleet.Rebase;
        LifecycleException? refused = null;
        // The first image is moved and noted by then.
        fleet.Rebase = async (image, name, stop) =>
        {
            var other = new FleetRebaser(fleet.Open, rebase, fleet.Settings() with { Directory = $"{fleet.State}-other", RollbackFile = own });
            if (name == fleet.Fleet.Names[1]) refused = await Assert.ThrowsExactlyAsync<LifecycleException>(() => other.RunAsync(new[] { FleetItem.Parse(name, "/") }.ToAsyncEnumerable(), null, stop));
            return await rebase(image, name, stop);
        };

        FleetSummary summary = await fleet.RunAsync(fleet.Settings() with { RollbackFile = own, Concurrency = 1 }, Token);

        Assert.AreEqual("BPT2259", refused!.Code);
        Assert.AreEqual("2 rebased", summary.Counts.ToString());
        Assert.AreEqual(1 + 2, File.ReadAllLines(own).Length);
    }

    private static string Journal(FleetCase fleet) => Path.Combine(fleet.State, "journal.jsonl");

    private async Task<FleetSummary> FailOneAsync(FleetCase fleet)
    {
        var rebase = fleet.Rebase;
        fleet.Rebase = (image, name, stop) => name.Contains("app00002", StringComparison.Ordinal) ? throw new LifecycleException("BPT0000", "No.") : rebase(image, name, stop);
        FleetSummary summary = await fleet.RunAsync(fleet.Settings(), Token);
        fleet.Rebase = rebase;
        return summary;
    }

    // All are done but one, whose turn comes last.
    private static async Task<FleetSummary> StopAtOneAsync(FleetCase fleet)
    {
        using var stop = new CancellationTokenSource();
        var rebase = fleet.Rebase;
        fleet.Rebase = async (image, name, token) =>
        {
            if (name.Contains("app00002", StringComparison.Ordinal)) await stop.CancelAsync();
            token.ThrowIfCancellationRequested();
            return await rebase(image, name, token);
        };
        FleetSummary summary = await fleet.RunAsync(fleet.Settings() with { Concurrency = 1 }, stop.Token, [.. fleet.Fleet.Names.OrderBy(static name => name.Contains("app00002", StringComparison.Ordinal))]);
        fleet.Rebase = rebase;
        return summary;
    }

    private async Task<string> AskedAsync(FleetCase fleet) =>
        string.Join(' ', (await fleet.Registry.GetRequestsAsync(Token)).Select(static request => request.Path.Split('/')[3]).Where(static name => name.StartsWith("app", StringComparison.Ordinal)).Distinct().Order(StringComparer.Ordinal));
}
