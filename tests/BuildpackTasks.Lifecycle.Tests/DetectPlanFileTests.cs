using System.Text;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Lifecycle.Tests;

[TestClass]
public sealed class DetectPlanFileTests
{
    private static readonly BuildpackDescriptor Buildpack = new(BuildpackId.Parse("acme/a"), "1.2.3", "0.12");

    [TestMethod]
    public void A_plan_and_its_alternatives_are_read_in_order()
    {
        IReadOnlyList<BuildPlanOption> plans = Parse("""
            [[provides]]
            name = "node"
            [[provides]]
            name = "npm"
            [[requires]]
            name = "node"
            [requires.metadata]
            version = "22.*"
            launch = true
            count = 3

            [[or]]
            [[or.provides]]
            name = "yarn"

            [[or]]
            [[or.requires]]
            name = "bun"
            """);

        Assert.AreEqual("node,npm/node; yarn/; /bun", string.Join("; ", plans.Select(static plan => $"{string.Join(',', plan.Provides)}/{string.Join(',', plan.Requires.Select(static require => require.Name))}")));
        Assert.AreEqual("version=22.*, launch=True, count=3", string.Join(", ", plans[0].Requires[0].Metadata.Select(static entry => $"{entry.Key}={entry.Value}")));
    }

    [TestMethod]
    public void An_empty_plan_is_one_without_entries()
    {
        BuildPlanOption plan = Parse("").Single();

        Assert.IsEmpty(plan.Provides);
        Assert.IsEmpty(plan.Requires);
    }

    [TestMethod]
    public void A_plan_that_is_not_there_is_one_without_entries()
    {
        using var directory = new TemporaryDirectory();

        Assert.HasCount(1, DetectPlanFile.Read(directory.Combine("plan.toml"), Buildpack));
    }

    [TestMethod]
    [DataRow("[[provides]]\nname = node", "line 2, column 8: 'node' is not a value")]
    [DataRow("[[provides]]", "line 1, column 1: it has no 'provides[0].name'")]
    [DataRow("[[provides]]\nname = \"\"", "line 2, column 1: 'provides[0].name' is empty")]
    [DataRow("provides = [\"node\"]", "line 1, column 1: 'provides' is not a list of tables")]
    [DataRow("[[requires]]\nname = 1", "line 2, column 1: 'requires[0].name' is not text")]
    [DataRow("[[requires]]\nname = \"a\"\nmetadata = 1", "line 3, column 1: 'requires[0].metadata' is not a table")]
    [DataRow("[[requires]]\nname = \"a\"\nversion = \"1.0\"", "line 3, column 1: 'requires[0].version' is not a key of a requirement, 'metadata.version' is")]
    [DataRow("[[or]]\n[[or.requires]]\nname = \"a\"\nversion = \"1.0\"", "line 4, column 1: 'or[0].requires[0].version' is not a key of a requirement, 'metadata.version' is")]
    [DataRow("or = [{ provides = [{}] }]", "line 1, column 21: it has no 'or[0].provides[0].name'")]
    public void A_malformed_plan_is_refused_with_its_buildpack_and_the_place(string toml, string reason)
    {
        var error = Assert.ThrowsExactly<LifecycleException>(() => Parse(toml));

        Assert.AreEqual($"BPT2106: The plan that the buildpack acme/a@1.2.3 wrote in detection is malformed: {reason}. Use another version of it.", $"{error.Code}: {error.Message}");
    }

    [TestMethod]
    public void A_plan_that_is_too_large_is_refused()
    {
        using var directory = new TemporaryDirectory();
        directory.Write("plan.toml", new string('#', (1 << 20) + 1));

        var error = Assert.ThrowsExactly<LifecycleException>(() => DetectPlanFile.Read(directory.Combine("plan.toml"), Buildpack));
        var alternatives = Assert.ThrowsExactly<LifecycleException>(() => Parse(string.Concat(Enumerable.Repeat("[[or]]\n", 1000))));

        var names = Assert.ThrowsExactly<LifecycleException>(() => Parse(string.Concat(Enumerable.Repeat("[[or.provides]]\nname = \"a\"\n", 1001)).Insert(0, "[[or]]\n")));

        Assert.AreEqual("BPT2106: The plan that the buildpack acme/a@1.2.3 wrote in detection is malformed: it provides and requires more than 1000 names. Use another version of it.", $"{names.Code}: {names.Message}");
        Assert.AreEqual("BPT2106: The plan that the buildpack acme/a@1.2.3 wrote in detection is malformed: it is larger than 1024 KiB. Use another version of it.", $"{error.Code}: {error.Message}");
        Assert.AreEqual("BPT2106: The plan that the buildpack acme/a@1.2.3 wrote in detection is malformed: it has 1000 alternatives or more. Use another version of it.", $"{alternatives.Code}: {alternatives.Message}");
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows, IgnoreMessage = "There are no pipes in directories there, and links need a right.")]
    public void A_plan_that_a_program_replaced_by_a_link_a_pipe_or_a_directory_is_not_followed()
    {
        using var directory = new TemporaryDirectory();
        File.CreateSymbolicLink(directory.Combine("link"), "/etc/shadow");
        Directory.CreateDirectory(directory.Combine("directory"));
        using (var mkfifo = System.Diagnostics.Process.Start("mkfifo", directory.Combine("pipe"))) mkfifo.WaitForExit();

        var link = Assert.ThrowsExactly<LifecycleException>(() => DetectPlanFile.Read(directory.Combine("link"), Buildpack));
        var below = Assert.ThrowsExactly<LifecycleException>(() => DetectPlanFile.Read(directory.Combine("directory"), Buildpack));
        IReadOnlyList<BuildPlanOption> pipe = DetectPlanFile.Read(directory.Combine("pipe"), Buildpack);

        Assert.AreEqual("BPT2106: The plan that the buildpack acme/a@1.2.3 wrote in detection is malformed: it is a symbolic link. Use another version of it.", $"{link.Code}: {link.Message}");
        Assert.AreEqual("BPT2106: The plan that the buildpack acme/a@1.2.3 wrote in detection is malformed: it is a directory. Use another version of it.", $"{below.Code}: {below.Message}");
        Assert.HasCount(1, pipe);
    }

    private static IReadOnlyList<BuildPlanOption> Parse(string toml) => DetectPlanFile.Parse(Encoding.UTF8.GetBytes(toml), Buildpack);
}
