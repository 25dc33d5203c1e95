using BuildpackTasks.Oci;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>Repositories and tags that match patterns, and the tags that rebases make themselves.</summary>
[TestClass]
public sealed class FleetPatternTests
{
    private const string Hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    public required TestContext TestContext { get; init; }

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    [DataRow(null, "anything", true)]
    [DataRow("", "anything", true)]
    [DataRow("1.*", "1.4", true)]
    [DataRow("1.*", "1.", true)]
    [DataRow("1.*", "2.1", false)]
    [DataRow("1.?", "1.4", true)]
    [DataRow("1.?", "1.40", false)]
    [DataRow("1.?", "1.", false)]
    [DataRow("2;1.*", "1.9", true)]
    [DataRow(" 2 ; 3 ;", "3", true)]
    [DataRow("*a*b*c", "xxaxxbxxc", true)]
    [DataRow("*a*b*c", "xxaxxbxx", false)]
    [DataRow("shop/*", "shop/web/api", true)]
    [DataRow("SHOP", "shop", false)]
    public void A_pattern_matches_whole_names(string? patterns, string name, bool matches) =>
        Assert.AreEqual(matches, GlobPatterns.Parse(patterns, "ImageTagPattern").Matches(name));

    [TestMethod]
    [Timeout(10_000)]
    public void A_pattern_of_many_stars_takes_no_time() =>
        Assert.IsFalse(GlobPatterns.Parse(string.Concat(Enumerable.Repeat("*a", 2000)) + "b", "ImageTagPattern").Matches(new string('a', 128)));

    [TestMethod]
    [DataRow("1.[0-9]")]
    [DataRow("v1 v2")]
    public void A_pattern_with_what_no_name_has_is_refused(string pattern) =>
        Assert.AreEqual("BPT2260", Assert.ThrowsExactly<LifecycleException>(() => GlobPatterns.Parse(pattern, "ImageTagPattern")).Code);

    [TestMethod]
    [DataRow("{tag}-before", "1.4", "1.4-before")]
    [DataRow("before-{tag}-and-{tag}", "1", "before-1-and-1")]
    [DataRow("previous", "1.4", "previous")]
    public void What_is_kept_has_a_tag_that_is_known_again(string template, string tag, string kept)
    {
        KeepTag keepTag = KeepTag.Parse(template);

        Assert.AreEqual(kept, keepTag.For(tag));
        Assert.IsTrue(keepTag.Makes(kept));
        Assert.IsFalse(keepTag.Makes(tag));
        Assert.IsFalse(keepTag.Makes(kept + "x"));
    }

    [TestMethod]
    [DataRow("{tag}")]
    [DataRow("")]
    [DataRow("-before-{tag}")]
    [DataRow("{date}-{tag}")]
    [DataRow("old/{tag}")]
    public void What_is_no_tag_cannot_keep_an_image(string template) =>
        Assert.AreEqual("BPT2256", Assert.ThrowsExactly<LifecycleException>(() => KeepTag.Parse(template)).Code);

    [TestMethod]
    public async Task Tags_that_keep_old_images_or_refer_to_others_are_left_out_unless_they_are_named()
    {
        using var directory = new TemporaryDirectory();
        string[] all = ["1", "1-before", "2", "2-before", $"sha256-{Hex}", $"sha256-{Hex}.sig", "sha256-not-a-digest"];
        FleetTags tags = Tags(directory, (_, _) => all.ToAsyncEnumerable());

        Assert.AreEqual("1 2 sha256-not-a-digest", await NamesAsync(tags.OfRepositoryAsync("registry.example.com/shop", GlobPatterns.All, Token)));
        Assert.AreEqual($"1 1-before 2 sha256-{Hex} sha256-not-a-digest", await NamesAsync(tags.OfRepositoryAsync("registry.example.com/shop", GlobPatterns.Parse($"*;1-before;sha256-{Hex}", "ImageTagPattern"), Token)));
    }

    [TestMethod]
    public async Task A_catalogue_is_worked_on_while_it_is_being_listed()
    {
        using var directory = new TemporaryDirectory();
        int listed = 0;
        async IAsyncEnumerable<string> TagsAsync()
        {
            for (; listed < 1_000_000; listed++)
            {
                await Task.Yield();
                yield return $"v{listed}";
            }
        }
        FleetTags tags = Tags(directory, (_, _) => TagsAsync(), "shop/web");

        FleetItem first = await tags.OfRegistryAsync("registry.example.com", GlobPatterns.All, GlobPatterns.All, Token).FirstAsync(Token);

        Assert.AreEqual("registry.example.com/shop/web:v0", first.Name);
        Assert.IsLessThan(10, listed);
    }

    [TestMethod]
    public async Task A_repository_whose_tags_cannot_be_listed_and_names_that_cannot_be_are_items_with_their_reason()
    {
        using var directory = new TemporaryDirectory();
        async IAsyncEnumerable<string> TagsAsync(ImageReference repository)
        {
            yield return "1";
            await Task.Yield();
            if (repository.Repository == "shop/web") throw new LifecycleException("BPT0000", "No.");
            yield return "bad tag";
        }
        FleetTags tags = Tags(directory, (repository, _) => TagsAsync(repository), "shop/web", "SHOP/bad", "shop/api", "other");

        FleetItem[] items = await tags.OfRegistryAsync("localhost:5000", GlobPatterns.Parse("shop/*;SHOP/*", "ImageRepositoryPattern"), GlobPatterns.All, Token).ToArrayAsync(Token);

        Assert.AreEqual(
            "shop/web:1 ; shop/web BPT0000; SHOP/bad BPT2263; shop/api:1 ; shop/api:bad tag BPT2263",
            string.Join("; ", items.Select(static item => $"{item.Name["localhost:5000/".Length..]} {item.Problem?.Code}")));
    }

    [TestMethod]
    [DataRow("registry.example.com/shop:1", "BPT2261")]
    [DataRow("Registry/Shop", "BPT1002")]
    public async Task A_repository_is_named_without_a_tag(string repository, string code)
    {
        using var directory = new TemporaryDirectory();
        FleetTags tags = Tags(directory, (_, _) => AsyncEnumerable.Empty<string>());

        CodedException error = await Assert.ThrowsAsync<CodedException>(async () => await tags.OfRepositoryAsync(repository, GlobPatterns.All, Token).FirstAsync(Token));

        Assert.AreEqual(code, error.Code);
    }

    [TestMethod]
    [DataRow("registry.example.com/shop")]
    [DataRow("https://registry.example.com")]
    [DataRow("")]
    public async Task A_catalogue_is_a_hosts(string registry)
    {
        using var directory = new TemporaryDirectory();
        FleetTags tags = Tags(directory, (_, _) => AsyncEnumerable.Empty<string>());

        LifecycleException error = await Assert.ThrowsExactlyAsync<LifecycleException>(async () => await tags.OfRegistryAsync(registry, GlobPatterns.All, GlobPatterns.All, Token).FirstAsync(Token));

        Assert.AreEqual("BPT2262", error.Code);
    }

    private static FleetTags Tags(TemporaryDirectory directory, Func<ImageReference, CancellationToken, IAsyncEnumerable<string>> tags, params string[] repositories) =>
        new(new FleetSettings { Directory = directory.Path, KeepTag = KeepTag.Parse("{tag}-before") }, tags, (_, _) => repositories.ToAsyncEnumerable());

    private async Task<string> NamesAsync(IAsyncEnumerable<FleetItem> items) => string.Join(' ', await items.Select(static item => item.Tag).ToArrayAsync(Token));
}
