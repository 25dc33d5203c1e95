using System.Text.Json.Nodes;

namespace BuildpackTasks.Lifecycle.Tests;

[TestClass]
public sealed class SlicingTests
{
    private static IEnumerable<object[]> Cases => SliceCase.All;

    [TestMethod]
    [DynamicData(nameof(Cases))]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows, IgnoreMessage = "File names there cannot have the characters of patterns.")]
    public async Task Files_are_divided_by_the_patterns_of_the_slices(SliceCase item)
    {
        using var scenario = new Scenario();
        Directory.Delete(scenario.App, recursive: true);
        foreach (string file in item.Files) scenario.Write("app/" + file, file);
        var buildpack = new FakeBuildpack("slicer") { Build = _ => new BuildResult { Slices = item.Slices } };

        if ((bool?)item.Json["error"] == true)
        {
            var error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => scenario.PublishAsync(new ExportSettings(), buildpack));
            Assert.AreEqual($"BPT2033: The slice 'slice0' has the pattern '{item.Slices[0].Paths[0]}', in which a bracket or a backslash is not complete. Correct the pattern.", $"{error.Code}: {error.Message}");
            return;
        }
        ExportedImage exported = await scenario.PublishAsync(new ExportSettings(), buildpack);

        var actual = new JsonArray();
        for (int index = 0; index <= item.Slices.Count; index++)
        {
            string name = index == item.Slices.Count ? "app" : SliceCase.Invariant(index);
            ExportedLayer? layer = exported.Layers.SingleOrDefault(layer => layer.Name == name);
            string[] lines = layer is null ? [] : (await LayerReader.ListAsync(layer.Layer)).Split('\n');
            actual.Add(new JsonArray([.. lines.Where(static line => line.Contains(" = ")).Select(static line => line.Split(" = ")[1]).Order(StringComparer.Ordinal).Select(static file => (JsonNode)file)]));
        }
        Assert.AreEqual(item.Json["expect"]!.ToJsonString(), actual.ToJsonString());
    }
}
