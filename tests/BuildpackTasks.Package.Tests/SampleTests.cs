using System.Text.Json;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>The web sample, copied out of the repository and published with the packed package.</summary>
[TestClass]
public sealed class SampleTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task A_change_of_one_line_changes_the_app_layer_and_no_other()
    {
        using var sample = await SampleCopy.CreateAsync();
        var before = await PublishAsync(sample, "before");
        var program = Path.Combine(sample.WebDirectory, "Program.cs");
        var text = await File.ReadAllTextAsync(program, TestContext.CancellationToken);

        await File.WriteAllTextAsync(program, text.Replace("\"The plant shop\"", "\"The seed shop\"", StringComparison.Ordinal), TestContext.CancellationToken);
        var after = await PublishAsync(sample, "after");

        Assert.HasCount(before.Length, after);
        string[] same = [.. before[..^1]];
        CollectionAssert.AreEqual(same, after[..^1]);
        Assert.AreNotEqual(before[^1], after[^1]);
    }

    private async Task<string[]> PublishAsync(SampleCopy sample, string name)
    {
        var layout = sample.Beside(name);
        await sample.PublishAsync([$"-p:ImageLayoutPath={layout}"], new Surroundings(), TestContext.CancellationToken);
        var raw = await Command.RunAsync("skopeo", ["inspect", "--raw", $"oci:{layout}:latest"], cancellationToken: TestContext.CancellationToken);
        using var manifest = JsonDocument.Parse(raw.EnsureSuccess().Output);
        return [.. manifest.RootElement.GetProperty("layers").EnumerateArray().Select(layer => layer.GetProperty("digest").GetString()!)];
    }
}
