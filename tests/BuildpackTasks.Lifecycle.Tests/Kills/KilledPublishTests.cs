using System.Diagnostics;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>Publishes that are ended by SIGKILL, at any moment: nothing is lost, and nothing is done twice.</summary>
[TestClass]
[DoNotParallelize]
public sealed class KilledPublishTests
{
    private const int Kills = 50;
    private const int KillsOfAVersion = 3;
    private const string Repository = "shop/web";

    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    public async Task Fifty_kills_at_random_moments_leave_whole_images_and_nothing_is_sent_again_that_had_arrived()
    {
        int seed = Random.Shared.Next();
        TestContext.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var directory = new TemporaryDirectory();
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        // On loopback an upload is over before it can be killed.
        await using var network = new CountingProxy(registry.Port, TimeSpan.FromMilliseconds(40));
        var contents = new RegistryContents(registry);
        string cache = directory.Combine("cache"), reference = $"{network.Host}/{Repository}:1";
        var cacheContents = new CacheContents(cache);
        var project = new PublisherProject(directory.Combine("project"), seed);
        await PublisherProcess.PublishAsync(reference, cache, project.Write(0), Token);
        // How long a publish takes, by those that were left alone lately: what else the machine does comes and goes.
        (_, TimeSpan whole) = await PublishAsync(reference, cache, project.Write(1));
        var moments = new SortedDictionary<string, int>(StringComparer.Ordinal);

        for (int version = 2, kills = 0, runs = 0; kills < Kills; version++)
        {
            project.Write(version);
            string before = (await contents.DigestOfAsync(Repository, "1", Token))!;
            string after = before;
            for (int i = 0; i < KillsOfAVersion && after == before; i++)
            {
                Assert.IsLessThan(3 * Kills, ++runs, "the publishes end before they are killed");
                IReadOnlySet<string> known = contents.BlobsOf(Repository);
                await registry.ClearRequestsAsync(Token);
                await using PublisherProcess victim = PublisherProcess.Start(reference, cache, project);
                await victim.StartedAsync(Token);
                // Every other one is left alone until it sends a layer: before that, most of the time is a compiler's.
                long enough = network.BytesSent + 20_000;
                if (kills % 2 == 1) await victim.UntilAsync(() => network.BytesSent > enough, Token);
                if (!await victim.KillAsync(random.NextDouble() * (kills % 2 == 1 ? whole / 2 : whole), Token)) break;
                kills++;

                await network.IdleAsync(Token);
                after = (await contents.DigestOfAsync(Repository, "1", Token))!;
                AssertNone(await contents.ProblemsAsync(Repository, "1", Token));
                AssertNone(await cacheContents.ProblemsAsync(Token));
                AssertNone(RegistryContents.Sent(await registry.GetRequestsAsync(Token)).Where(known.Contains));
                int arrived = contents.BlobsOf(Repository).Count - known.Count;
                string moment = after != before ? "after the tag" : arrived > 0 ? "in the uploads" : "before anything arrived";
                moments[moment] = moments.GetValueOrDefault(moment) + 1;
            }

            IReadOnlySet<string> there = contents.BlobsOf(Repository);
            await registry.ClearRequestsAsync(Token);
            (string digest, TimeSpan rest) = await PublishAsync(reference, cache, project);
            whole = rest > whole * 0.9 ? rest : whole * 0.9;

            Assert.AreEqual(digest, await contents.DigestOfAsync(Repository, "1", Token));
            Assert.IsTrue(after == before || after == digest, $"the tag was {before}, and {after} after the kills, and {digest} at the end");
            AssertNone(await contents.ProblemsAsync(Repository, "1", Token));
            AssertNone(RegistryContents.Sent(await registry.GetRequestsAsync(Token)).Where(there.Contains));
        }
        TestContext.WriteLine($"killed: {string.Join(", ", moments.Select(static moment => $"{moment.Value} {moment.Key}"))}");
        AssertNone(await cacheContents.ProblemsAsync(Token));
        Assert.AreEqual(
            await PublisherProcess.PublishAsync($"{registry.Host}/reference:1", directory.Combine("another-cache"), project, Token),
            await contents.DigestOfAsync(Repository, "1", Token),
            "what was published after all the kills is not what a publish on an empty disk makes");
    }

    private async Task<(string Digest, TimeSpan Time)> PublishAsync(string reference, string cache, PublisherProject project)
    {
        await using PublisherProcess publisher = PublisherProcess.Start(reference, cache, project);
        await publisher.StartedAsync(Token);
        long start = Stopwatch.GetTimestamp();
        Assert.AreEqual(0, await publisher.WaitAsync(Token), publisher.Log);
        return (publisher.Digest, Stopwatch.GetElapsedTime(start));
    }

    private static void AssertNone(IEnumerable<string> problems) => Assert.AreEqual("", string.Join('\n', problems));
}
