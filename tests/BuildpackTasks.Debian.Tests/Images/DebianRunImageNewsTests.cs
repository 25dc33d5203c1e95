using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Debian.Tests;

/// <summary>Whether a run image would be made of other packages now.</summary>
[TestClass]
public sealed class DebianRunImageNewsTests
{
    private static SigningKeys keys = null!;

    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    [ClassInitialize]
    public static async Task CreateKeysAsync(TestContext _) => keys = await SigningKeys.CreateAsync();

    [ClassCleanup]
    public static async Task EndKeysAsync() => await keys.DisposeAsync();

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public async Task The_packages_of_the_image_are_held_against_those_that_would_be_chosen_now(bool icu)
    {
        await using var archive = new TestArchive();
        using var directory = new TemporaryDirectory();
        var cache = new LayerCache(directory.Path, long.MaxValue);
        await archive.PublishAsync("test", keys, TestSuites.RunImage);
        var request = new DebianRunImageRequest { Name = DebianRunImageName.Parse("debian://test"), Platform = new Platform("linux", "amd64"), IncludeIcu = icu };
        Image image = await new DebianImageAssembler(Sources(archive), cache, TimeProvider.System).AssembleAsync(request, Token);
        SystemFacts system = await new DebianSystemReader(cache).ReadAsync(image.Layers, "image", Token);
        var question = new RunImageQuestion("debian://test", null, new Platform("linux", "amd64"), [.. image.Config.DiffIds], system);

        Availability before = await News(archive, cache).AskAsync(question, Token);
        await archive.PublishAsync(
            "test",
            keys,
            [
                .. TestSuites.RunImage.Where(static package => package.Name is not ("libssl3t64" or "libgcc-s1" or "libicu76")),
                new TestPackage("libssl3t64", "3.5.1") { Fields = "Provides: libssl3 (= 3.5.1)\nDepends: libc6, libzstd1" },
                new TestPackage("libzstd1", "1.5"),
                new TestPackage("libgcc-s1", "13") { Fields = "Depends: libc6" },
                new TestPackage("libicu76", "76.1"),
            ],
            date: "Sun, 13 Sep 2026 07:55:41 UTC");
        archive.Requests.Clear();
        Availability after = await News(archive, cache).AskAsync(question, Token);

        Assert.IsFalse(before.IsNewer);
        Assert.IsTrue(after.IsNewer);
        Assert.AreEqual(
            $"gcc-14-base 14 -> gone, libgcc-s1 14 -> 13 (older), {(icu ? "libicu76 76 -> 76.1, " : "")}libssl3t64 3.5 -> 3.5.1, libzstd1 new -> 1.5",
            string.Join(", ", after.Packages.Select(static package => $"{package.Name} {package.Before ?? "new"} -> {package.After ?? "gone"}{(package.IsOlder ? " (older)" : "")}")));
        Assert.IsFalse(archive.Requests.Any(static asked => asked.Path.EndsWith(".deb", StringComparison.Ordinal)), string.Join('\n', archive.Requests));
    }

    [TestMethod]
    public async Task Without_the_packages_of_the_image_nothing_is_asked()
    {
        await using var archive = new TestArchive();
        using var directory = new TemporaryDirectory();

        Availability news = await News(archive, new LayerCache(directory.Path, long.MaxValue)).AskAsync(new RunImageQuestion("debian://test", null, new Platform("linux", "amd64"), [], null), Token);

        Assert.AreEqual("the packages of the image are not known", news.Reason);
        Assert.IsNull(news.IsNewer);
        Assert.IsEmpty(archive.Requests);
    }

    private static DebianSources Sources(TestArchive archive) => DebianSources.FromMachine(archive.Uri.ToString(), keys.Keyring);

    private static DebianRunImageNews News(TestArchive archive, LayerCache cache) => new(Sources(archive), cache, TimeProvider.System);
}
