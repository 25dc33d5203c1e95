namespace BuildpackTasks.Debian.Tests;

[TestClass]
public sealed class ApkVersionTests
{
    [TestMethod]
    [DataRow("1.2.3-r0", "1.2.3-r1")]
    [DataRow("1.2.3-r9", "1.2.3-r10")]
    [DataRow("1.2.3-r5", "1.2.4-r0")]
    [DataRow("1.9", "1.10")]
    [DataRow("1.2", "1.2.0")]
    [DataRow("1.2-r3", "1.2.1-r0")]
    [DataRow("1.2-r3", "1.2a-r0")]
    [DataRow("1.2a", "1.2b")]
    [DataRow("1.2a", "1.2.1")]
    [DataRow("1.05", "1.1")]
    [DataRow("1.009", "1.01")]
    [DataRow("1.2_alpha1", "1.2_alpha2")]
    [DataRow("1.2_alpha9", "1.2_beta1")]
    [DataRow("1.2_beta", "1.2_pre")]
    [DataRow("1.2_pre3", "1.2_rc1")]
    [DataRow("1.2_rc1", "1.2")]
    [DataRow("1.2_rc1-r4", "1.2-r0")]
    [DataRow("1.2", "1.2_p1")]
    [DataRow("1.2_p1", "1.2_p2")]
    [DataRow("1.2_git20240101", "1.2_p1")]
    [DataRow("1.2_git20240101", "1.2_git20240202")]
    [DataRow("1.2-r7", "1.2_p1-r0")]
    [DataRow("1.2_alpha_pre1", "1.2_alpha")]
    [DataRow("1.2_rc", "1.2_rc0")]
    [DataRow("1.2_rc-r3", "1.2_rc1-r0")]
    [DataRow("99", "100")]
    public void The_first_is_older(string older, string newer)
    {
        Assert.IsLessThan(0, ApkVersion.Compare(older, newer));
        Assert.IsGreaterThan(0, ApkVersion.Compare(newer, older));
    }

    [TestMethod]
    [DataRow("1.2.3-r0", "1.2.3-r0")]
    [DataRow("01.2", "1.2")]
    [DataRow("1.2-r00", "1.2-r0")]
    public void Both_are_equal(string one, string other)
    {
        Assert.AreEqual(0, ApkVersion.Compare(one, other));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("a")]
    [DataRow("1.")]
    [DataRow("1:2.3")]
    [DataRow("1.2_unknown1")]
    [DataRow("1.2-1")]
    [DataRow("1.2+dfsg")]
    public void What_is_no_version_is_never_called_older(string text)
    {
        Assert.AreEqual(0, ApkVersion.Compare(text, "1"));
        Assert.AreEqual(0, ApkVersion.Compare("1", text));
    }
}
