namespace BuildpackTasks.DotNet.Tests;

[TestClass]
public sealed class ImageLabelsTests
{
    private static readonly ImageLabelFacts Facts = new()
    {
        Created = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(2)),
        Description = "A web app",
        Authors = "Somebody",
        Source = "https://example.org/app.git",
        Revision = "0123456",
        Version = "1.0.0",
        Title = "",
        BaseName = "example.org/base:1",
        RuntimeVersion = "10.0",
        SdkVersion = "10.0.401",
    };

    [TestMethod]
    public void What_is_known_becomes_labels_and_no_clock_does()
    {
        Assert.AreEqual(
            """
            net.dot.runtime.majorminor=10.0
            net.dot.sdk.version=10.0.401
            org.opencontainers.artifact.description=A web app
            org.opencontainers.image.authors=Somebody
            org.opencontainers.image.base.name=example.org/base:1
            org.opencontainers.image.description=A web app
            org.opencontainers.image.revision=0123456
            org.opencontainers.image.source=https://example.org/app
            org.opencontainers.image.version=1.0.0
            """,
            Labels());
    }

    [TestMethod]
    public void The_time_is_a_label_where_the_user_asks_for_it()
    {
        StringAssert.Contains(Labels(("ContainerGenerateLabelsImageCreated", "True")), "org.opencontainers.image.created=2026-01-02T01:04:05Z");
    }

    [TestMethod]
    public void Each_switch_takes_its_labels_away_and_the_first_one_all()
    {
        Assert.AreEqual("", Labels(("ContainerGenerateLabels", "false")));
        Assert.AreEqual(
            "org.opencontainers.image.base.name=example.org/base:1",
            Labels([.. ImageLabels.Switches.Where(static name => name != "ContainerGenerateLabelsImageBaseName").Select(static name => (name, "false"))]));
    }

    private static string Labels(params IEnumerable<(string Name, string Value)> switches) =>
        string.Join('\n', ImageLabels.Of(Facts, switches.ToDictionary(static one => one.Name, static one => one.Value)).Select(static label => $"{label.Key}={label.Value}"));
}
