using System.Text.Json.Nodes;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>Where an image goes.</summary>
[TestClass]
public sealed class DestinationChoiceTests
{
    private const string NoLayout = "-p:ImageLayoutPath=";

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task Without_a_destination_and_without_an_engine_it_goes_beside_the_publish_directory()
    {
        using var directory = new TemporaryDirectory();
        var dotnet = (await Command.RunAsync("sh", ["-c", "readlink -f \"$(command -v dotnet)\""], cancellationToken: TestContext.CancellationToken)).EnsureSuccess().Output.Trim();
        File.CreateSymbolicLink(directory.Combine("dotnet"), dotnet);
        var noEngine = new Dictionary<string, string?> { ["PATH"] = directory.Path, ["DOCKER_HOST"] = "unix:///nowhere", ["CONTAINER_HOST"] = "unix:///nowhere" };

        var published = await SharedProject.Console.PublishImageAsync([NoLayout], TestContext.CancellationToken, noEngine);

        published.Command.EnsureSuccess();
        var output = Path.Combine(published.Project.Directory, "bin", "Release", "net10.0");
        Assert.IsTrue(File.Exists(Path.Combine(output, "image", "index.json")), published.Command.All);
        Assert.StartsWith($"Written to {output}/image: greeter:latest@sha256:", published.Lines[^2]);
        Assert.AreEqual($"Run it: cd {output} && podman run --rm oci:image:latest", published.Lines[^1]);
    }

    [TestMethod]
    [DataRow("team.tar", "", "team.tar", "index.json")]
    [DataRow("folder/", "", "folder/my-team-greeter.tar", "index.json")]
    [DataRow("docker.tar", "Docker", "docker.tar", "manifest.json")]
    public async Task An_archive_has_the_name_and_the_form_that_are_asked_for(string path, string format, string file, string content)
    {
        using var directory = new TemporaryDirectory();

        var published = await SharedProject.Console.PublishImageAsync(
            [NoLayout, $"-p:ContainerArchiveOutputPath={directory.Path}/{path}", $"-p:ContainerImageFormat={format}", "-p:ContainerRepository=My Team/Greeter"], TestContext.CancellationToken);

        published.Command.EnsureSuccess();
        var listing = await Command.RunAsync("tar", ["-tf", directory.Combine(file)], cancellationToken: TestContext.CancellationToken);
        Assert.Contains(content, listing.EnsureSuccess().Output.Split('\n'), published.Command.All);
    }

    [TestMethod]
    public async Task Labels_are_left_out_where_the_switch_of_the_sdk_says_so()
    {
        var layout = await LayoutImage.PublishAsync(SharedProject.Console, TestContext.CancellationToken, "-p:ContainerGenerateLabels=false");

        JsonNode config = (await LayoutImage.ConfigAsync(layout))["config"]!;
        string[] labels = [.. config["Labels"]!.AsObject().Select(static label => label.Key)];
        Assert.AreEqual("""
            io.buildpacks.build.metadata
            io.buildpacks.exec-env
            io.buildpacks.lifecycle.metadata
            io.buildpacks.project.metadata
            """, string.Join('\n', labels));
    }
}
