using System.Diagnostics;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>Publishes of several processes at the same time, that share a cache or a tag.</summary>
[TestClass]
public sealed class ConcurrentPublishTests
{
    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    public async Task Sixteen_publishes_share_a_cache_directory_and_six_are_killed()
    {
        const int Processes = 16, Killed = 6;
        int seed = Random.Shared.Next();
        TestContext.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var directory = new TemporaryDirectory();
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        var contents = new RegistryContents(registry);
        string cache = directory.Combine("cache");
        // The same app in every one: all of them make the same layers at the same time.
        PublisherProject[] projects = [.. Enumerable.Range(0, Processes).Select(number => new PublisherProject(directory.Combine($"project{number}"), seed).Write(1))];
        long start = Stopwatch.GetTimestamp();
        string expected = await PublisherProcess.PublishAsync($"{registry.Host}/expected:1", directory.Combine("another-cache"), projects[0], Token);
        TimeSpan together = Stopwatch.GetElapsedTime(start) * Math.Max(1, (double)Processes / Environment.ProcessorCount);

        PublisherProcess[] publishers = [.. projects.Select((project, number) => PublisherProcess.Start($"{registry.Host}/app{number}:1", cache, project))];
        try
        {
            // The delays are drawn here: a Random is not for several threads.
            TimeSpan[] delays = [.. Enumerable.Range(0, Killed).Select(_ => random.NextDouble() * together / 2)];
            bool[] killed = await Task.WhenAll(publishers.Take(Killed).Select(async (publisher, number) =>
            {
                await publisher.StartedAsync(Token);
                return await publisher.KillAsync(delays[number], Token);
            }));
            foreach (PublisherProcess survivor in publishers.Skip(Killed))
            {
                Assert.AreEqual(0, await survivor.WaitAsync(Token), survivor.Log);
                Assert.AreEqual(expected, survivor.Digest);
            }
            TestContext.WriteLine($"{killed.Count(static dead => dead)} were killed before their end");
        }
        finally
        {
            foreach (PublisherProcess publisher in publishers) await publisher.DisposeAsync();
        }

        for (int number = Killed; number < Processes; number++) AssertNone(await contents.ProblemsAsync($"app{number}", "1", Token));
        AssertNone(await new CacheContents(cache).ProblemsAsync(Token));
        // Those that were killed have left nothing in the way of a plain run.
        for (int number = 0; number < Killed; number++)
        {
            Assert.AreEqual(expected, await PublisherProcess.PublishAsync($"{registry.Host}/app{number}:1", cache, projects[number], Token));
            AssertNone(await contents.ProblemsAsync($"app{number}", "1", Token));
        }
        Assert.AreEqual(5, new CacheContents(cache).Records);
        AssertNone(await new CacheContents(cache).ProblemsAsync(Token));
    }

    [TestMethod]
    public async Task Two_publishes_of_one_tag_at_once_both_end_well_and_the_tag_is_one_of_the_two_whole()
    {
        int seed = Random.Shared.Next();
        TestContext.WriteLine($"seed {seed}");
        using var directory = new TemporaryDirectory();
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        var contents = new RegistryContents(registry);
        string reference = $"{registry.Host}/shop/web:1";
        PublisherProject[] projects = [new(directory.Combine("one"), seed), new(directory.Combine("two"), seed)];

        for (int round = 0; round < 4; round++)
        {
            // A cache for both or one for each; new layers, and some that both have.
            bool shared = round % 2 == 0;
            await using PublisherProcess one = PublisherProcess.Start(reference, directory.Combine("cache"), projects[0].Write(2 * round));
            await using PublisherProcess two = PublisherProcess.Start(reference, directory.Combine(shared ? "cache" : "another-cache"), projects[1].Write((2 * round) + 1));

            Assert.AreEqual(0, await one.WaitAsync(Token), one.Log);
            Assert.AreEqual(0, await two.WaitAsync(Token), two.Log);

            string? tag = await contents.DigestOfAsync("shop/web", "1", Token);
            Assert.AreNotEqual(one.Digest, two.Digest);
            Assert.IsTrue(tag == one.Digest || tag == two.Digest, $"{tag} is neither {one.Digest} nor {two.Digest}");
            foreach (string selector in (string[])["1", one.Digest, two.Digest]) AssertNone(await contents.ProblemsAsync("shop/web", selector, Token));
        }
        AssertNone(await new CacheContents(directory.Combine("cache")).ProblemsAsync(Token));
    }

    [TestMethod]
    [DataRow("base", false, false)]
    [DataRow("base", true, true)]
    [DataRow("runtime", true, false)]
    [DataRow("runtime", false, true)]
    public async Task A_layer_that_the_registry_has_lost_is_sent_again(string layer, bool emptyDisk, bool onlyBytes)
    {
        using var directory = new TemporaryDirectory();
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: Token);
        var contents = new RegistryContents(registry);
        string cache = directory.Combine("cache"), reference = $"{registry.Host}/shop/web:1";
        var project = new PublisherProject(directory.Combine("project"), 1);
        await PublisherProcess.PublishAsync(reference, cache, project.Write(1), Token);
        // The layers are in the order of their names.
        string lost = (await contents.LayersAsync("shop/web", "1", Token))[layer == "base" ? 0 : 3];
        if (onlyBytes) contents.LoseBytes(lost);
        else registry.Lose(lost["sha256:".Length..]);
        if (emptyDisk) Directory.Delete(cache, recursive: true);

        string digest = await PublisherProcess.PublishAsync(reference, cache, project.Write(2), Token);

        Assert.AreEqual(digest, await contents.DigestOfAsync("shop/web", "1", Token));
        Assert.Contains(lost, await contents.LayersAsync("shop/web", "1", Token));
        AssertNone(await contents.ProblemsAsync("shop/web", "1", Token));
    }

    private static void AssertNone(IReadOnlyList<string> problems) => Assert.AreEqual("", string.Join('\n', problems));
}
