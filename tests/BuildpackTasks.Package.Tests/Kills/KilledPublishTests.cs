using System.Diagnostics;
using System.Security.Cryptography;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>
/// Publishes that are ended from outside with all their processes, at any moment. The tests of the lifecycle do it many more times,
/// without MSBuild.
/// </summary>
[TestClass]
[DoNotParallelize]
public sealed class KilledPublishTests
{
    private const int Kills = 8;
    private const string Repository = "victim";

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    public async Task Eight_kills_of_dotnet_publish_leave_whole_images_and_a_plain_run_completes()
    {
        int seed = Random.Shared.Next();
        TestContext.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var registry = await RegistryServer.StartAsync(cancellationToken: Token);
        // On loopback an upload is over before it can be killed.
        await using var network = new CountingProxy(registry.Port, TimeSpan.FromMilliseconds(10));
        var contents = new RegistryContents(registry);
        using var project = await SdkProject.CreateAsync(
            ProjectTemplate.Console, new ProjectOptions { Name = "Victim", More = """<ItemGroup><Content Include="*.bin" CopyToPublishDirectory="PreserveNewest" /></ItemGroup>""" });
        await ChangeAsync(project);
        (await project.DotNetAsync(["publish", "-nodeReuse:false"], cancellationToken: Token)).EnsureSuccess();
        var cache = project.Beside("cache");
        var cacheContents = new CacheContents(cache);
        var clock = Stopwatch.StartNew();
        await PublishAsync(project, network.Host, cache);
        var whole = clock.Elapsed;

        var killed = 0;
        for (var i = 0; killed < Kills; i++)
        {
            Assert.IsLessThan(3 * Kills, i, "the publishes end before they are killed");
            await ChangeAsync(project);
            var before = (await contents.DigestOfAsync(Repository, "latest", Token))!;
            clock.Restart();
            // The first third is MSBuild's own, which has nothing to lose.
            if (!await KillAsync(project, network.Host, cache, killed % 2 == 0 ? "KILL" : "TERM", whole * (0.3 + (0.7 * random.NextDouble()))))
            {
                // The machine has less to do than it had.
                whole = clock.Elapsed;
                continue;
            }
            killed++;

            await network.IdleAsync(Token);
            var after = (await contents.DigestOfAsync(Repository, "latest", Token))!;
            AssertNone(await contents.ProblemsAsync(Repository, "latest", Token));
            AssertNone(await cacheContents.ProblemsAsync(Token));
            TestContext.WriteLine(after == before ? "the tag is the old image" : "the tag is the new image");
        }

        var arrived = contents.BlobsOf(Repository);
        await registry.ClearRequestsAsync(Token);
        var digest = await PublishAsync(project, network.Host, cache);

        Assert.AreEqual(digest, await contents.DigestOfAsync(Repository, "latest", Token));
        AssertNone(await contents.ProblemsAsync(Repository, "latest", Token));
        AssertNone(await cacheContents.ProblemsAsync(Token));
        AssertNone(RegistryContents.Sent(await registry.GetRequestsAsync(Token)).Where(arrived.Contains));
        Assert.AreEqual(await PublishAsync(project, registry.Host, project.Beside("another-cache"), "-p:ContainerRepository=another"), digest, "this is not what a publish on an empty disk makes");
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    public async Task A_layer_that_the_registry_has_lost_is_made_and_sent_again_also_on_an_empty_disk(int layer)
    {
        await using var registry = await RegistryServer.StartAsync(cancellationToken: Token);
        var contents = new RegistryContents(registry);
        using var project = await SdkProject.CreateAsync(ProjectTemplate.Console, new ProjectOptions { Name = "Victim" });
        await PublishAsync(project, registry.Host, project.Beside("cache"), build: true);
        var old = (await contents.DigestOfAsync(Repository, "latest", Token))!;
        registry.Lose((await contents.LayersAsync(Repository, "latest", Token))[layer]["sha256:".Length..]);
        project.Write("Program.cs", "Console.WriteLine(\"changed\");\n");

        // A layer whose parts nobody has looked for, since the registry was said to have it, shows to be gone only at the end: then
        // all is done again without relying on that image.
        var digest = await PublishAsync(project, registry.Host, project.Beside("empty-cache"), build: true);

        Assert.AreNotEqual(old, digest);
        Assert.AreEqual(digest, await contents.DigestOfAsync(Repository, "latest", Token));
        AssertNone(await contents.ProblemsAsync(Repository, "latest", Token));
    }

    private async Task<string> PublishAsync(SdkProject project, string registry, string cache, string argument = "-p:ContainerRepository=" + Repository, bool build = false)
    {
        var published = await project.PublishImageAsync([.. Arguments(registry, cache), argument, .. build ? (string[])[] : ["--no-build"]], cancellationToken: Token);
        return published.Image["Digest"];
    }

    /// <summary>Publishes, and ends it with all its processes after a while.</summary>
    /// <returns>Whether the signal came before it said that the image is pushed.</returns>
    private async Task<bool> KillAsync(SdkProject project, string registry, string cache, string signal, TimeSpan after)
    {
        // The leader of a session of its own is the leader of a group of its own, which is what the signal goes to.
        var start = new ProcessStartInfo(
            Tool.Require("setsid"), ["dotnet", "publish", "--no-build", "-nodeReuse:false", "-p:PublishImage=true", .. Arguments(registry, cache), "-p:ContainerRepository=" + Repository])
        {
            WorkingDirectory = project.Directory,
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in SdkProject.BuildEnvironment) start.Environment[name] = value;
        using var publish = Process.Start(start)!;
        try
        {
            var output = publish.StandardOutput.ReadToEndAsync(Token);
            await Task.WhenAny(Task.Delay(after, Token), publish.WaitForExitAsync(Token));
            if (publish.HasExited)
            {
                Assert.AreEqual(0, publish.ExitCode, await output);
                return false;
            }
            await Command.RunAsync("kill", [$"-{signal}", "--", $"-{publish.Id}"], cancellationToken: Token);
            await publish.WaitForExitAsync(Token);
            // MSBuild's exit code says nothing: after SIGTERM it is 0.
            return !(await output).Contains("Pushed: ", StringComparison.Ordinal);
        }
        finally
        {
            if (!publish.HasExited) publish.Kill(entireProcessTree: true);
        }
    }

    private static string[] Arguments(string registry, string cache) =>
        ["-p:RunImage=scratch", $"-p:ContainerRegistry={registry}", "-p:ContainerImageTag=latest", $"-p:ImageCacheDirectory={cache}"];

    private async Task ChangeAsync(SdkProject project) =>
        await File.WriteAllBytesAsync(Path.Combine(project.Directory, "data.bin"), RandomNumberGenerator.GetBytes(2_000_000), Token);

    private static void AssertNone(IEnumerable<string> problems) => Assert.AreEqual("", string.Join('\n', problems));
}
