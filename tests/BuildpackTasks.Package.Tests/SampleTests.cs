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

    [TestMethod]
    public async Task The_same_commit_gives_the_same_image_in_another_directory_umask_culture_and_time_zone()
    {
        using var first = await SampleCopy.CreateAsync();
        using var second = await SampleCopy.CreateAsync();

        var one = await first.PublishAsync(["-p:ContainerArchiveOutputPath=" + first.Beside("one.tar")], [], TestContext.CancellationToken);
        var two = await second.PublishAsync(
            ["-p:ContainerArchiveOutputPath=" + second.Beside("two.tar")],
            [new("TZ", "Asia/Kolkata"), new("LC_ALL", "tr_TR.UTF-8"), new("DOTNET_PROCESSOR_COUNT", "1")],
            TestContext.CancellationToken,
            umask: "077");

        Assert.AreEqual(one, two);
    }

    private async Task<string[]> PublishAsync(SampleCopy sample, string name)
    {
        var layout = sample.Beside(name);
        await sample.PublishAsync([$"-p:ImageLayoutPath={layout}"], [], TestContext.CancellationToken);
        var raw = await Command.RunAsync("skopeo", ["inspect", "--raw", $"oci:{layout}:latest"], cancellationToken: TestContext.CancellationToken);
        using var manifest = JsonDocument.Parse(raw.EnsureSuccess().Output);
        return [.. manifest.RootElement.GetProperty("layers").EnumerateArray().Select(layer => layer.GetProperty("digest").GetString()!)];
    }
}
