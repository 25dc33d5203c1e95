using System.Text.Json.Nodes;

namespace BuildpackTasks.Lifecycle.Tests;

[TestClass]
public sealed class AggregationTests
{
    private static IEnumerable<object[]> Cases => JsonCase.Load("aggregation.json");

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public async Task What_buildpacks_contribute_is_joined_by_the_rules_of_the_specification(JsonCase item)
    {
        using var scenario = new Scenario();
        IBuildpack[] buildpacks = [.. item.Json["buildpacks"]!.AsArray().Select(static (contribution, index) =>
            new FakeBuildpack(((char)('a' + index)).ToString()) { Build = _ => Result(contribution!) })];

        MetadataFile metadata = await scenario.DetectAndBuildAsync(buildpacks);

        Assert.AreEqual(
            string.Join(", ", item.Json["processes"]!.AsArray().Select(static process => (string)process!)),
            string.Join(", ", metadata.Processes.Select(static built => $"{built.Process.Type} by {built.Buildpack}")));
        Assert.AreEqual((string?)item.Json["default"], metadata.DefaultProcess?.ToString());
        Assert.IsFalse(metadata.Processes.Any(static built => built.Process.Default));
        Assert.AreEqual(string.Join(", ", item.Map("labels")), string.Join(", ", metadata.Labels));
        Assert.AreEqual(
            string.Join(", ", (item.Json["slices"]?.AsArray() ?? []).Select(static path => (string)path!)),
            string.Join(", ", metadata.Slices.SelectMany(static slice => slice.Paths)));
    }

    /// <summary>A process whose type has a star after it is a default.</summary>
    private static BuildResult Result(JsonNode contribution) => new()
    {
        Processes = [.. (contribution["processes"]?.AsArray() ?? []).Select(static type =>
            new Process(ProcessType.Parse(((string)type!).TrimEnd('*')), ["run"], [], Default: ((string)type!).EndsWith('*')))],
        Labels = contribution["labels"]?.AsObject().ToDictionary(static label => label.Key, static label => (string)label.Value!) ?? [],
        Slices = [.. (contribution["slices"]?.AsArray() ?? []).Select(static path => new Slice((string)path!, [(string)path!]))],
    };
}
