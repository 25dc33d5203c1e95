namespace BuildpackTasks.Debian.Tests;

[TestClass]
public sealed class DependencyFieldTests
{
    [TestMethod]
    [DataRow("a", "a")]
    [DataRow("a, b", "a; b")]
    [DataRow("a (>= 1) | b, c:any", "a (>= 1) | b; c")]
    [DataRow("a(<<2),b ( = 1:2-3 )", "a (<< 2); b (= 1:2-3)")]
    [DataRow("a [amd64] <!nocheck>, b (>> 1) [linux-any]", "a; b (>> 1)")]
    [DataRow("a (> 1), b (< 2)", "a (>= 1); b (<= 2)")]
    [DataRow("a,\n b,\n", "a; b")]
    [DataRow("", "")]
    [DataRow(null, "")]
    public void Relationships_are_read(string? field, string expected) =>
        Assert.AreEqual(expected, string.Join("; ", DependencyField.Parse(field, "A test")));

    [TestMethod]
    [DataRow("a (1)")]
    [DataRow("a (>= 1")]
    [DataRow("a (>= )")]
    [DataRow("a (=> 1)")]
    [DataRow("a | ")]
    [DataRow("(>= 1)")]
    public void What_is_no_relationship_is_refused(string field)
    {
        var error = Assert.ThrowsExactly<DebianException>(() => DependencyField.Parse(field, "A test"));
        Assert.AreEqual("BPT4001", error.Code);
    }
}
