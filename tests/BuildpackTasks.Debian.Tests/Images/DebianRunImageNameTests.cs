namespace BuildpackTasks.Debian.Tests;

[TestClass]
public sealed class DebianRunImageNameTests
{
    [TestMethod]
    [DataRow("debian://trixie", "trixie")]
    [DataRow("debian://stable", "stable")]
    [DataRow("DEBIAN://sid", "sid")]
    public void A_name_says_the_suite(string text, string suite) => Assert.AreEqual(suite, DebianRunImageName.Parse(text).Suite);

    [TestMethod]
    [DataRow("debian://")]
    [DataRow("debian://../x")]
    [DataRow("debian://trixie/main")]
    [DataRow("debian://Trixie")]
    [DataRow("debian:trixie")]
    public void What_is_no_name_is_refused(string text)
    {
        var error = Assert.ThrowsExactly<DebianException>(() => DebianRunImageName.Parse(text));
        Assert.AreEqual("BPT4040", error.Code);
    }
}
