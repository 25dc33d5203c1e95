using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>A previous image that cannot be relied on: the publish goes through, and says why it does more than usual.</summary>
[TestClass]
public sealed class PreviousImageTests
{
    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    public async Task What_is_not_reused_of_the_previous_image_is_said_in_the_log_and_in_the_report()
    {
        await using var registry = await RegistryServer.StartAsync(cancellationToken: Token);
        var name = $"{registry.Host}/greeter:latest";
        var made = await PublishAsync(registry);
        var runtime = made.Layers.Single(static layer => layer.StartsWith("dotnet-runtime ", StringComparison.Ordinal));
        Assert.IsTrue(runtime.Contains(", sent: ", StringComparison.Ordinal), runtime);

        // The same image again, without the label.
        var layout = await SharedProject.Console.PublishImageAsync([], Token);
        await RunImageLayout.WriteAsync(layout.Layout, layout.Project.Beside("foreign"), asIndex: false, Token);
        await OtherTools.CopyAsync($"oci:{layout.Project.Beside("foreign")}:run", $"docker://{name}", Token);
        var foreign = await PublishAsync(registry, $"None of the layers of the previous image '{name}' is reused: it does not say what they were made from, since something else made it.");
        Assert.IsTrue(foreign.Layers.All(static layer => layer.Contains(" layer cache, ", StringComparison.Ordinal)), string.Join('\n', foreign.Layers));

        var lost = RuntimeDigest(layout.Project.Directory);
        registry.Lose(lost);
        await PublishAsync(registry, $"{registry.Host}/greeter no longer had 1 of the blobs that an image there names; they were put there again.", "-p:ContainerUser=1234");
        await OtherTools.CopyAsync($"docker://{name}", $"oci:{layout.Project.Beside("copy")}:latest", Token);

        var again = await ImageInLayout.ReadAsync(layout.Project.Beside("copy"), Token);
        Assert.HasCount(1, again.Layers.Where(layer => layer.Digest.EndsWith(lost, StringComparison.Ordinal)));

        await RunImageLayout.WriteAsync(layout.Layout, layout.Project.Beside("other"), asIndex: false, Token, "arm64");
        await OtherTools.CopyAsync($"oci:{layout.Project.Beside("other")}:run", $"docker://{name}", Token);
        await PublishAsync(registry, $"The previous image '{name}' is not used: it is not for linux/amd64.");
    }

    private async Task<PublishReport> PublishAsync(RegistryServer registry, string note = "", params string[] more)
    {
        var published = await SharedProject.Console.PublishImageAsync(["-p:ImageLayoutPath=", $"-p:ContainerRegistry={registry.Host}", .. more], Token);
        Assert.AreEqual(0, published.Command.ExitCode, published.Command.All);
        var report = PublishReport.Read(published.Project.Directory);
        Assert.AreEqual(note, string.Join('\n', report.Notes));
        if (note.Length > 0) Assert.HasCount(1, published.Lines.Where(line => line == note), published.Command.All);
        return report;
    }

    private static string RuntimeDigest(string project)
    {
        var report = File.ReadAllLines(Path.Combine(project, "obj", "Release", "net10.0", "image", "report.toml"));
        var digest = report.SkipWhile(static line => line != "name = \"dotnet-runtime\"").First(static line => line.StartsWith("digest = ", StringComparison.Ordinal));
        return digest.Split(':')[1].TrimEnd('"');
    }
}
