using System.Text.RegularExpressions;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>Rebases and rollbacks of fleets that are ended by SIGKILL, at any moment: all images get there, none of them twice, no tag is ever broken.</summary>
[TestClass]
[DoNotParallelize]
public sealed class KilledFleetTests
{
    private const int Images = 80;

    // What some ten images take, requests and all.
    private const int MostBytes = 70_000;

    private readonly Random random;

    public KilledFleetTests(TestContext context)
    {
        TestContext = context;
        int seed = Random.Shared.Next();
        context.WriteLine($"seed {seed}");
        random = new Random(seed);
    }

    public TestContext TestContext { get; }

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    [DataRow(null)]
    [DataRow("{tag}-before")]
    public async Task A_fleet_is_complete_after_any_number_of_kills_and_can_be_taken_back(string? keepTag)
    {
        await using FleetCase fleet = await FleetCase.CreateAsync(new FleetShape(Images), Token);
        await using var network = new CountingProxy(fleet.Registry.Port);
        string list = fleet.List(fleet.Fleet.Images.Select(image => $"{network.Host}/{image.Repository}:{image.Tag}"));
        string[] rebase = ["fleet", list, fleet.State, $"{network.Host}/{GeneratedFleet.RunRepository}:{GeneratedFleet.RunTag}", "4", .. keepTag is null ? (string[])[] : [keepTag]];

        int kills = await UntilDoneAsync(rebase, fleet, network);

        Assert.IsGreaterThan(2, kills);
        TestContext.WriteLine($"{kills} kills of rebases");
        await fleet.AssertRebasedAsync(Token, Enumerable.Range(0, Images));
        AssertEachTagPutOnce(await fleet.Registry.GetRequestsAsync(Token), GeneratedFleet.Tag);
        if (keepTag is not null)
        {
            foreach ((string repository, string tag, string old) in fleet.Fleet.Images.Zip(fleet.Old, static (image, old) => (image.Repository, image.Tag, old)))
                Assert.AreEqual(old, await fleet.Contents.DigestOfAsync(repository, $"{tag}-before", Token));
        }

        string file = Directory.GetFiles(fleet.State, "rollback-*.jsonl").Single();
        await fleet.Registry.ClearRequestsAsync(Token);
        kills = await UntilDoneAsync(["rollback", file, fleet.State, "4"], fleet, network);

        TestContext.WriteLine($"{kills} kills of rollbacks");
        CollectionAssert.AreEqual(fleet.Old.ToArray(), await fleet.DigestsAsync(Token));
        AssertEachTagPutOnce(await fleet.Registry.GetRequestsAsync(Token), GeneratedFleet.Tag);
    }

    private async Task<int> UntilDoneAsync(string[] arguments, FleetCase fleet, CountingProxy network)
    {
        for (int kills = 0; ; kills++)
        {
            Assert.IsLessThan(Images, kills, "a run that is killed gets nowhere");
            string[] done = Done(fleet);
            int before = (await fleet.Registry.GetRequestsAsync(Token)).Count;
            await using PublisherProcess process = PublisherProcess.Start(arguments);
            long enough = network.BytesSent + random.Next(MostBytes);
            await process.UntilAsync(() => network.BytesSent > enough, Token);
            bool killed = await process.KillAsync(TimeSpan.Zero, Token);
            await network.IdleAsync(Token);

            // What the journal knows is not asked for again.
            string[] asked = [.. (await fleet.Registry.GetRequestsAsync(Token)).Skip(before).Select(static request => request.Path.Split('/')[3])];
            Assert.AreEqual("", string.Join(' ', done.Intersect(asked)));
            foreach (int i in Enumerable.Range(0, 5).Select(_ => random.Next(Images)))
            {
                (string repository, string tag) = fleet.Fleet.Images[i];
                Assert.AreEqual("", string.Join('\n', await fleet.Contents.ProblemsAsync(repository, tag, Token)));
            }
            if (killed) continue;
            Assert.AreEqual(0, await process.WaitAsync(Token), process.Log);
            return kills;
        }
    }

    private static string[] Done(FleetCase fleet)
    {
        string journal = Path.Combine(fleet.State, "journal.jsonl");
        return !File.Exists(journal) ? [] : [.. File.ReadAllText(journal).Split('\n')[..^1].Select(static line => Regex.Match(line, "\"image\":\"[^\"]*/(app[0-9]+):")).Where(static match => match.Success).Select(static match => match.Groups[1].Value)];
    }

    private static void AssertEachTagPutOnce(IEnumerable<RegistryRequest> requests, string tag)
    {
        int[] puts = [.. requests.Where(request => request.Method == "PUT" && request.Path.EndsWith($"/manifests/{tag}", StringComparison.Ordinal)).GroupBy(static request => request.Path).Select(static group => group.Count())];
        Assert.AreEqual(Images, puts.Length);
        Assert.AreEqual(Images, puts.Sum(), "a tag was moved twice");
    }
}
