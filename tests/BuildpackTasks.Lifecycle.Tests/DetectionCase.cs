using System.Text.Json.Nodes;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>A case of <c>Cases/detection.json</c>: an order, and the group and plan or the error that it must give.</summary>
/// <param name="Name">What the case shows.</param>
/// <param name="Json">The case.</param>
public sealed record DetectionCase(string Name, JsonNode Json)
{
    public static IEnumerable<object[]> All =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Cases", "detection.json")))!.AsArray()
            .Select(static item => new object[] { new DetectionCase((string)item!["name"]!, item) });

    /// <summary>What the image is for.</summary>
    public string ExecutionEnvironment => (string?)Json["environment"] ?? "production";

    /// <summary>The order. Equal buildpacks are one, as when they come from one item list.</summary>
    public IReadOnlyList<OrderGroup> Order()
    {
        var buildpacks = new Dictionary<string, IBuildpack>();
        return [.. Json["groups"]!.AsArray().Select(group => new OrderGroup([.. group!.AsArray().Select(item => Entry(item!, buildpacks))]))];
    }

    public override string ToString() => Name;

    private static OrderEntry Entry(JsonNode item, Dictionary<string, IBuildpack> buildpacks)
    {
        var created = new FakeBuildpack((string)item["id"]!, (string?)item["version"] ?? "1.0.0")
        {
            Descriptor = new BuildpackDescriptor(BuildpackId.Parse((string)item["id"]!), (string?)item["version"] ?? "1.0.0", "0.12")
            {
                Targets = [.. Texts(item["targets"]).Select(Target)],
                ExecutionEnvironments = Texts(item["environments"]),
            },
            Detect = _ => Result(item),
        };
        buildpacks.TryAdd(created.Descriptor.ToString(), created);
        return new OrderEntry(buildpacks[created.Descriptor.ToString()], (bool?)item["optional"] ?? false) { ExecutionEnvironments = Texts(item["entry-environments"]) };
    }

    private static string[] Texts(JsonNode? node) => [.. (node?.AsArray() ?? []).Select(static item => (string)item!)];

    private static BuildTarget Target(string text) => text.Split('/') is [var os, var architecture] ? new BuildTarget(os, architecture, null, []) : new BuildTarget(text, null, null, []);

    private static DetectResult Result(JsonNode item)
    {
        DetectOutcome outcome = (string?)item["outcome"] switch { null => DetectOutcome.Passed, "fail" => DetectOutcome.Failed, _ => DetectOutcome.Errored };
        BuildPlanOption[] plans = [.. (item["plans"]?.AsArray() ?? []).Select(static plan => new BuildPlanOption(
            [.. plan!["provides"]!.AsArray().Select(static name => (string)name!)],
            [.. plan["requires"]!.AsArray().Select(static name => BuildPlanRequire.Named((string)name!))]))];
        return new DetectResult(outcome, (string)item["reason"]!, plans);
    }
}
