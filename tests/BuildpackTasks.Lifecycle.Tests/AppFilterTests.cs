using System.Text.RegularExpressions;

namespace BuildpackTasks.Lifecycle.Tests;

[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows, IgnoreMessage = "File names there cannot have the characters of patterns.")]
public sealed partial class AppFilterTests
{
    private static IEnumerable<object[]> Cases => IgnoreCase.All;

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public async Task Patterns_match_what_they_match_in_git(IgnoreCase item)
    {
        string expected = string.Join('\n', item.Matched);

        string excluded = string.Join('\n', item.Paths.Where(path => !AppFilter.Excluding(item.Patterns).Keeps(path)));
        string included = string.Join('\n', item.Paths.Where(path => AppFilter.Including(item.Patterns).Keeps(path)));

        Assert.AreEqual(expected, excluded);
        Assert.AreEqual(expected, included);
        using GitDirectory git = await GitDirectory.CreateAsync(item.Paths);
        Assert.AreEqual(expected, await git.IgnoredAsync(item.Patterns), "git has another opinion");
    }

    [TestMethod]
    public async Task Random_patterns_match_what_they_match_in_git()
    {
        // The same patterns in every run: what fails once can be looked at.
        var random = new Random(20);
        string[] parts = ["a", "b", "c", "/", "/", "*", "**", "?", "[ab]", "[!a]", "\\a", "\\/", "!", "[a", "-", "[a/b]", " "];
        string[] paths = [.. Enumerable.Range(0, 120).Select(_ => string.Join('/', Enumerable.Range(0, random.Next(1, 5)).Select(_ => Text(["a", "b", "c", "-"], 3)))).Distinct().Order(StringComparer.Ordinal)];
        // A path cannot be a file and a directory.
        paths = [.. paths.Where(path => !paths.Any(other => other.StartsWith(path + "/", StringComparison.Ordinal)))];

        using GitDirectory git = await GitDirectory.CreateAsync(paths);
        for (int round = 0; round < 200; round++)
        {
            string[] patterns = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Text(parts, 6)).Where(static pattern => !StarsAfterText().IsMatch(pattern))];
            Assert.AreEqual(await git.IgnoredAsync(patterns), string.Join('\n', paths.Where(path => AppFilter.Including(patterns).Keeps(path))), $"patterns: {string.Join(" | ", patterns)}");
        }

        // git takes "x**/y" for "x", any directories and "y". Its documentation says that the stars are ordinary ones there.
        string Text(string[] from, int most) => string.Concat(Enumerable.Range(0, random.Next(1, most + 1)).Select(_ => from[random.Next(from.Length)]));
    }

    [TestMethod]
    public void Without_patterns_everything_is_kept_and_with_no_pattern_to_include_nothing()
    {
        Assert.IsTrue(AppFilter.All.IsAll);
        Assert.IsTrue(AppFilter.All.Keeps("a/b"));
        Assert.IsTrue(AppFilter.Excluding(["# nothing"]).Keeps("a/b"));
        Assert.IsFalse(AppFilter.Including(["# nothing"]).Keeps("a/b"));
    }

    [TestMethod]
    public void Directories_and_files_of_one_name_are_told_apart()
    {
        AppFilter filter = AppFilter.Excluding(["out/"]);

        Assert.IsTrue(filter.Keeps("out"));
        Assert.IsFalse(filter.Keeps("out", isDirectory: true));
    }

    [TestMethod]
    [Timeout(10_000)]
    public void A_pattern_made_to_take_forever_does_not()
    {
        AppFilter filter = AppFilter.Excluding([string.Concat(Enumerable.Repeat("a*", 2000)) + "b", string.Concat(Enumerable.Repeat("**/a/", 500)) + "b"]);

        Assert.IsTrue(filter.Keeps(new string('a', 10_000)));
        Assert.IsTrue(filter.Keeps(string.Join('/', Enumerable.Repeat("a", 500))));
    }

    [GeneratedRegex(@"[^/!]\*\*+(\\?/|\z)")]
    private static partial Regex StarsAfterText();
}
