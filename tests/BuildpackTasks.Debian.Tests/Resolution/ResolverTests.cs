using System.Text;

namespace BuildpackTasks.Debian.Tests;

/// <summary>Small suites as data: each line is a package, its version, and its relationships.</summary>
[TestClass]
public sealed class ResolverTests
{
    public static IEnumerable<object[]> Sets =>
    [
        ["what is needed is added", "a", "", "a 1 Depends: b | b 1 Depends: c | c 1 | d 1", "a 1, b 1, c 1"],
        ["the newest is taken", "a", "", "a 1 | a 1.1 | a 1~rc1", "a 1.1"],
        ["pre-depends count", "a", "", "a 1 Pre-Depends: b | b 1", "a 1, b 1"],
        ["cycles end", "a", "", "a 1 Depends: b | b 1 Depends: a", "a 1, b 1"],
        ["the first alternative is preferred", "a", "", "a 1 Depends: b ¦ c | b 1 | c 1", "a 1, b 1"],
        ["an alternative that is there already is preferred", "c,a", "", "a 1 Depends: b ¦ c | b 1 | c 1", "a 1, c 1"],
        ["an alternative that cannot be had is passed over", "a", "", "a 1 Depends: b ¦ c | b 1 Depends: x | c 1", "a 1, c 1"],
        ["a provider stands for a virtual package", "a", "", "a 1 Depends: v | q 1 Provides: v | p 1 Provides: v", "a 1, p 1"],
        ["a versioned provide meets a version", "a", "", "a 1 Depends: v (>= 2) | p 1 Provides: v | q 1 Provides: v (= 3)", "a 1, q 1"],
        ["a provider that conflicts is passed over", "a,z", "", "a 1 Depends: v | p 1 Provides: v; Conflicts: z | q 1 Provides: v | z 1", "a 1, q 1, z 1"],
        ["breaks are respected both ways", "a", "", "a 1 Depends: b ¦ c; Breaks: b (<< 2) | b 1 | c 1", "a 1, c 1"],
        ["a conflict with what is provided spares the package itself", "a", "", "a 1 Provides: v; Conflicts: v", "a 1"],
        ["an older version is taken where only it serves", "a", "", "a 1 Depends: b (= 1) | b 1 | b 2", "a 1, b 1"],
        ["a wrong turn further up is taken back", "a", "", "a 1 Depends: b ¦ c, d | b 1 | c 1 | d 1 Conflicts: b", "a 1, c 1, d 1"],
        ["an alternative that is asked for by name serves", "a ¦ b", "", "b 1", "b 1"],
        ["what the image has is not added", "a", "b 1", "a 1 Depends: b | b 2", "a 1"],
        ["what the image provides is not added", "a", "p 1 Provides: v", "a 1 Depends: v | q 1 Provides: v", "a 1"],
        ["dependencies for maintainer scripts are not followed", "a", "", "a 1 Depends: debconf (>= 0.5) ¦ debconf-2.0, b | b 1 | debconf 1", "a 1, b 1"],
        ["dependencies for maintainer scripts are added when asked for", "a,debconf", "", "a 1 Depends: debconf | debconf 1", "a 1, debconf 1"],
    ];

    public static IEnumerable<object[]> Impossible =>
    [
        ["a", "", "bbbb 1", "BPT4002", "The suite 'test' has no package 'a'. Check the name in DebianPackage; only the component main is searched."],
        ["libfo", "", "libfoo 1 | libbar 1", "BPT4002", "The suite 'test' has no package 'libfo'. Did you mean libfoo?"],
        ["a", "", "a 1 Depends: b (>= 2) | b 1.9", "BPT4003", "'a' needs b (>= 2), but the suite 'test' has b 1.9. Leave the package out, or use another suite or run image."],
        ["a", "", "a 1 Depends: b | b 1 Depends: c | c 1 Depends: x", "BPT4003", "'a -> b -> c' needs x, but the suite 'test' has no x. Leave the package out, or use another suite or run image."],
        ["a", "b 1", "a 1 Depends: b (>= 2) | b 2", "BPT4003", "'a' needs b (>= 2), but the run image has b 1. Leave the package out, or use another suite or run image."],
        ["a,b", "", "a 1 | b 1 Conflicts: a", "BPT4003", "'b' was asked for, but b 1 cannot be together with a 1. Leave the package out, or use another suite or run image."],
        ["a", "", "a 1 Depends: b, c | b 1 | c 1 Breaks: b", "BPT4003", "'a' needs c, but c 1 cannot be together with b 1. Leave the package out, or use another suite or run image."],
    ];

    [TestMethod]
    [DynamicData(nameof(Sets))]
    public void A_set_is_found(string because, string wanted, string present, string suite, string expected)
    {
        IReadOnlyList<Package> found = new Resolver(Index(suite), "test").Resolve(Clauses(wanted), Packages(present));

        Assert.AreEqual(expected, string.Join(", ", found), because);
    }

    [TestMethod]
    [DynamicData(nameof(Impossible))]
    public void What_cannot_be_satisfied_is_explained(string wanted, string present, string suite, string code, string message)
    {
        var error = Assert.ThrowsExactly<DebianException>(() => new Resolver(Index(suite), "test").Resolve(Clauses(wanted), Packages(present)));

        Assert.AreEqual(code, error.Code);
        Assert.AreEqual(message, error.Message);
    }

    [TestMethod]
    public void A_contradiction_ends_within_the_limit_of_attempts()
    {
        // Twenty choices of two, and a last one that none of them can meet.
        IEnumerable<string> choices = Enumerable.Range(0, 20).Select(static i => $"p{i} 1 Depends: x{i} ¦ y{i} | x{i} 1 | y{i} 1");
        string wanted = string.Join(",", Enumerable.Range(0, 20).Select(static i => $"p{i}")) + ",last";

        var error = Assert.ThrowsExactly<DebianException>(() => new Resolver(Index(string.Join(" | ", choices) + " | last 1 Depends: none"), "test").Resolve(Clauses(wanted), []));

        Assert.AreEqual("BPT4004", error.Code);
    }

    // "|" separates packages here, so "¦" stands for the alternatives' sign.
    private static IReadOnlyList<DependencyClause> Clauses(string names) => DependencyField.Parse(names.Replace('¦', '|'), "A test");

    private static List<Package> Packages(string suite) =>
        [.. ControlParagraph.ParseAll(Control(suite), "A test").Select(static paragraph => Package.FromControl(paragraph))];

    private static PackageIndex Index(string suite)
    {
        var index = new PackageIndex();
        index.Add(Control(suite), new Uri("http://mirror.invalid/debian/"));
        return index;
    }

    private static byte[] Control(string suite)
    {
        var control = new StringBuilder();
        foreach (string package in suite.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = package.Split(' ', 3);
            control.Append($"Package: {parts[0]}\nVersion: {parts[1]}\nArchitecture: amd64\n");
            foreach (string field in parts.Length > 2 ? parts[2].Split("; ") : []) control.Append(field.Replace('¦', '|')).Append('\n');
            control.Append($"Filename: pool/{parts[0]}.deb\nSize: 1\nSHA256: {new string('0', 64)}\n\n");
        }
        return Encoding.UTF8.GetBytes(control.ToString());
    }
}
