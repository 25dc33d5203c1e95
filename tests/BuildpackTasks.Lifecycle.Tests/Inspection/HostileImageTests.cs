using System.Text.Json.Nodes;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>Images that say of themselves what they should not.</summary>
[TestClass]
public sealed class HostileImageTests
{
    private const string Metadata = """{"app":[{"sha":"{app}"}],"buildpacks":[{"key":"acme/run","version":"1","layers":{"run":{"sha":"{run}","launch":true,"build":false,"cache":false}}}],"runImage":{"topLayer":"{os}","image":"registry.example/base:1"}}""";
    private const string Build = """{"buildpacks":[{"id":"acme/run","version":"1"}],"processes":[{"type":"web","command":["/run"],"args":[],"direct":true}]}""";

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow("not json", Build, "The label io.buildpacks.lifecycle.metadata is not JSON.", "unknown|unknown|unknown", "acme/run 1")]
    [DataRow("[]", Build, "The label io.buildpacks.lifecycle.metadata is not a JSON object.", "unknown|unknown|unknown", "acme/run 1")]
    [DataRow(Metadata, "{", "The label io.buildpacks.build.metadata is not JSON.", "run image|acme/run:run|app", "acme/run 1")]
    [DataRow(Metadata, """{"buildpacks":7,"processes":[{"type":"web","command":["/run"]}]}""", "io.buildpacks.build.metadata: 'buildpacks' is not a list.", "run image|acme/run:run|app", "")]
    [DataRow(Metadata, """{"buildpacks":[{"id":"acme/run","version":1}],"processes":[3,{"type":"web","command":["/run",4]}]}""", "io.buildpacks.build.metadata: 'processes' is not a list of objects.|io.buildpacks.build.metadata: processes: 'command' is not a list of texts.|io.buildpacks.build.metadata: buildpacks: 'version' is not text.", "run image|acme/run:run|app", "acme/run ")]
    [DataRow("""{"app":{"sha":1},"buildpacks":[{"key":"acme/run","layers":{"run":{"sha":"{run}","launch":true}}}],"runImage":{"topLayer":"{gone}"}}""", Build, "io.buildpacks.lifecycle.metadata: 'app' is not a list.|The image says that sha256:GONE is the topmost layer of its run image, and has no such layer.", "unknown|acme/run:run|unknown", "acme/run 1")]
    [DataRow("""{"app":[{"sha":"{gone}"}],"buildpacks":[],"runImage":{"topLayer":"{os}"}}""", Build, "The image names the layer 'app' (sha256:GONE), which it does not have.", "run image|unknown|unknown", "acme/run 1")]
    [DataRow("""{"app":[{"sha":"{app}"}],"buildpacks":[{"key":"\ud800","layers":{"run":{"sha":"{run}","launch":true}}}],"runImage":{"topLayer":"{os}"}}""", Build, "io.buildpacks.lifecycle.metadata: buildpacks: 'key' is not text.", "run image|unknown:run|app", "acme/run 1")]
    public async Task What_is_malformed_is_noted_and_hides_nothing_else(string metadata, string build, string notes, string layers, string buildpacks)
    {
        Image image = InspectedImages.Of(["os", "run", "app"], metadata, build);

        ImageInspection inspection = await new ImageInspector().InspectAsync("web", image, TestContext.CancellationToken);

        string gone = NamedImages.DiffId("gone").ToString();
        Assert.AreEqual(notes.Replace("sha256:GONE", gone, StringComparison.Ordinal), string.Join('|', inspection.Notes));
        Assert.AreEqual(layers, string.Join('|', inspection.Layers.Select(static layer => layer.Name)));
        Assert.AreEqual(buildpacks, string.Join('|', inspection.Buildpacks.Select(static buildpack => $"{buildpack.Id} {buildpack.Version}")));
        Assert.AreEqual(metadata == Metadata, inspection.RebaseObstacle is null);
        _ = JsonNode.Parse(InspectionJson.Write([new InspectionResult("web", [inspection], null)]));
        Assert.IsNotEmpty(InspectionText.Lines(inspection, listsPackages: true));
    }

    [TestMethod]
    public async Task No_terminal_obeys_or_hides_what_an_image_says()
    {
        // A title, colours, a line feed, a carriage return, text that runs the other way, half of a pair, a C1 control.
        const string Bad = "a\u001b]0;pwned\u0007\u001b[31mb\nc\rd\u202ee\u009bf\u2028g";
        string json = JsonValue.Create(Bad)!.ToJsonString();
        Image image = InspectedImages.Of(
            ["os", "run", "app"],
            Metadata.Replace("\"run\":", $"{json}:", StringComparison.Ordinal).Replace("\"registry.example/base:1\"", json, StringComparison.Ordinal),
            Build.Replace("\"acme/run\"", json, StringComparison.Ordinal).Replace("\"/run\"", json, StringComparison.Ordinal),
            new("io.buildpacks.project.metadata", $$"""{"source":{{json}}}"""),
            new("io.buildpacks.exec-env", Bad),
            new(Bad, Bad));

        ImageInspection inspection = await new ImageInspector().InspectAsync(Bad, image, TestContext.CancellationToken);

        string text = string.Join('\n', InspectionText.Lines(inspection, listsPackages: true));
        string written = InspectionJson.Write([new InspectionResult("web", [inspection], null)]);
        Assert.IsFalse(text.Any(IsHidden), text);
        Assert.IsFalse(written.Any(IsHidden), written);
        Assert.Contains("""run image     a\u001B]0;pwned\u0007\u001B[31mb\u000Ac\u000Dd\u202Ee\u009Bf\u2028g""", text);
        JsonNode read = JsonNode.Parse(written)![0]!;
        Assert.AreEqual(Bad, (string?)read["runImage"]!["name"]);
        Assert.AreEqual(Bad, (string?)read["labels"]![Bad]);
        Assert.AreEqual(Bad, (string?)read["project"]!["source"]);
    }

    [TestMethod]
    public async Task What_an_image_lists_without_end_is_shown_with_an_end()
    {
        string processes = string.Join(',', Enumerable.Range(0, 5000).Select(static number => $$"""{"type":"p{{number}}","command":["{{new string('x', 3000)}}"]}"""));
        Image image = InspectedImages.Of(["os", "run", "app"], Metadata, $$"""{"processes":[{{processes}}]}""");

        ImageInspection inspection = await new ImageInspector().InspectAsync("web", image, TestContext.CancellationToken);
        IReadOnlyList<string> lines = InspectionText.Lines(inspection, listsPackages: true);

        Assert.HasCount(1000, inspection.Processes);
        Assert.AreEqual("io.buildpacks.build.metadata: 'processes' has 5000 items, of which the first 1000 are read.", inspection.Notes.Single());
        Assert.IsLessThan(300, lines.Count);
        Assert.IsLessThan(1100, lines.Max(static line => line.Length));
        Assert.Contains("                and 800 more", lines);
    }

    private static bool IsHidden(char character) =>
        character != '\n' && (char.IsControl(character) || char.GetUnicodeCategory(character) is System.Globalization.UnicodeCategory.Format or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.Surrogate);
}
