namespace BuildpackTasks.Oci.Tests;

[TestClass]
public sealed class PlatformTests
{
    [TestMethod]
    [DataRow("linux/amd64", "linux/amd64", true)]
    [DataRow("linux/amd64", "linux/arm64", false)]
    [DataRow("linux/amd64", "windows/amd64", false)]
    [DataRow("linux/arm64", "linux/arm64/v8", true)]
    [DataRow("linux/arm64/v8", "linux/arm64", true)]
    [DataRow("linux/arm/v7", "linux/arm", true)]
    [DataRow("linux/arm", "linux/arm/v7", true)]
    [DataRow("linux/arm/v7", "linux/arm/v6", false)]
    public void What_a_platform_leaves_open_matches_anything(string wanted, string present, bool accepted)
    {
        Assert.AreEqual(accepted, Read(wanted).Accepts(Read(present)));
        Assert.AreEqual(wanted, Read(wanted).ToString());
    }

    [TestMethod]
    public void A_version_of_the_system_that_is_asked_for_has_to_be_the_same()
    {
        var present = new Platform("windows", "amd64", OsVersion: "10.0.20348.1");

        Assert.IsTrue(new Platform("windows", "amd64").Accepts(present));
        Assert.IsFalse(new Platform("windows", "amd64", OsVersion: "10.0.17763.1").Accepts(present));
    }

    private static Platform Read(string text) => text.Split('/') is [var os, var architecture, .. var rest] ? new Platform(os, architecture, rest.FirstOrDefault()) : throw new ArgumentException(text);
}
