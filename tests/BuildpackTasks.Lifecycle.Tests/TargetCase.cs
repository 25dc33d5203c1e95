using System.Text.Json.Nodes;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>A case of <c>Cases/targets.json</c>: targets and a run image, and whether or why not they fit.</summary>
/// <param name="Name">What the case shows.</param>
/// <param name="Json">The case.</param>
public sealed record TargetCase(string Name, JsonNode Json)
{
    public static IEnumerable<object[]> All =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Cases", "targets.json")))!.AsArray()
            .Select(static item => new object[] { new TargetCase((string)item!["name"]!, item) });

    public BuildpackDescriptor Buildpack => new(BuildpackId.Parse("acme/a"), "1.0.0", "0.12")
    {
        Targets = [.. Json["targets"]!.AsArray().Select(static target => new BuildTarget((string?)target!["os"], (string?)target["arch"], (string?)target["variant"],
            [.. (target["distros"]?.AsArray() ?? []).Select(static distribution => new TargetDistribution((string?)distribution!["name"], (string?)distribution["version"]))]))],
    };

    public RunImageFacts RunImage => new()
    {
        Platform = new Platform((string)Json["run-image"]!["os"]!, (string)Json["run-image"]!["arch"]!, (string?)Json["run-image"]!["variant"]),
        DistributionName = (string?)Json["run-image"]!["distro"],
        DistributionVersion = (string?)Json["run-image"]!["version"],
    };

    public bool Fits => (bool)Json["fits"]!;

    public string? Reason => (string?)Json["reason"];

    public override string ToString() => Name;
}
