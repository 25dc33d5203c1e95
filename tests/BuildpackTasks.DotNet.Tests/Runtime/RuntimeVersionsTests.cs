using NuGet.Versioning;

namespace BuildpackTasks.DotNet.Tests;

[TestClass]
public sealed class RuntimeVersionsTests
{
    // The examples of the host's documentation ("framework-version-resolution.md", "Roll forward"), and its edge cases.
    [TestMethod]
    [DataRow("8.0.0", RollForward.Minor, "8.0.31 9.0.20 10.0.12", "8.0.31", DisplayName = "Minor: newest patch of the same minor")]
    [DataRow("2.0.0", RollForward.Minor, "2.1.2 2.1.3 2.2.1", "2.1.3", DisplayName = "Minor: lowest higher minor, newest patch")]
    [DataRow("2.2.2", RollForward.Minor, "2.2.1 3.0.0", null, DisplayName = "Minor: never a lower patch, never another major")]
    [DataRow("8.0.0", RollForward.Minor, "9.0.20 10.0.12", null, DisplayName = "Minor: not another major")]
    [DataRow("8.0.5", RollForward.LatestPatch, "8.0.4 8.0.6 8.1.0", "8.0.6", DisplayName = "LatestPatch: newest patch")]
    [DataRow("8.0.5", RollForward.LatestPatch, "8.1.0 9.0.0", null, DisplayName = "LatestPatch: not another minor")]
    [DataRow("2.1.0", RollForward.LatestMinor, "2.1.5 2.2.1 2.3.0 2.3.4 3.0.0", "2.3.4", DisplayName = "LatestMinor: highest minor")]
    [DataRow("2.1.0", RollForward.LatestMinor, "3.0.0", null, DisplayName = "LatestMinor: not another major")]
    [DataRow("8.0.0", RollForward.Major, "8.0.31 9.0.20", "8.0.31", DisplayName = "Major: the same where it is there")]
    [DataRow("8.0.0", RollForward.Major, "9.0.1 9.0.20 10.0.12", "9.0.20", DisplayName = "Major: lowest higher major, newest patch")]
    [DataRow("8.0.0", RollForward.Major, "9.1.0 9.2.5", "9.1.0", DisplayName = "Major: lowest minor of it")]
    [DataRow("8.0.0", RollForward.LatestMajor, "8.0.31 9.0.20 10.0.12", "10.0.12", DisplayName = "LatestMajor: highest of all")]
    [DataRow("8.0.0", RollForward.LatestMajor, "7.0.20", null, DisplayName = "LatestMajor: not lower")]
    [DataRow("8.0.5", RollForward.Disable, "8.0.4 8.0.5 8.0.6", "8.0.5", DisplayName = "Disable: the very version")]
    [DataRow("8.0.5", RollForward.Disable, "8.0.6", null, DisplayName = "Disable: nothing else")]
    [DataRow("10.0.0", RollForward.Minor, "10.0.0-rc.2 10.0.1", "10.0.1", DisplayName = "A release goes before a prerelease")]
    [DataRow("10.0.0", RollForward.LatestMajor, "10.0.1 11.0.0-rc.1", "10.0.1", DisplayName = "LatestMajor: no prerelease where a release serves")]
    [DataRow("10.0.0", RollForward.LatestMajor, "11.0.0-rc.1", "11.0.0-rc.1", DisplayName = "A prerelease where no release serves")]
    [DataRow("10.0.0", RollForward.Minor, "10.0.0-rc.2", null, DisplayName = "A prerelease is below its release")]
    [DataRow("10.0.0-preview.3", RollForward.Minor, "10.0.0-preview.3 10.0.0-rc.2", "10.0.0-rc.2", DisplayName = "Who asks for a prerelease may get a later one")]
    [DataRow("10.0.0-rc.1", RollForward.Minor, "10.0.0-rc.2 10.0.12", "10.0.12", DisplayName = "Who asks for a prerelease gets the release's newest patch")]
    [DataRow("10.0.0-rc.2", RollForward.LatestPatch, "10.0.0-rc.10", "10.0.0-rc.10", DisplayName = "Prerelease numbers compare as numbers")]
    public void The_host_takes(string wanted, RollForward rollForward, string available, string? expected)
    {
        var reference = new FrameworkReference("Microsoft.NETCore.App", NuGetVersion.Parse(wanted), rollForward);

        NuGetVersion? version = RuntimeVersions.Resolve(reference, available.Split(' ').Reverse().Select(NuGetVersion.Parse));

        Assert.AreEqual(expected, version?.ToString());
    }
}
