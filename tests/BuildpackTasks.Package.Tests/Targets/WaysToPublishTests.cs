using System.Text.Json.Nodes;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>The commands that publish an image, each one image.</summary>
[TestClass]
public sealed class WaysToPublishTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow("publish -p:PublishImage=true")]
    [DataRow("publish --no-build -p:PublishImage=true")]
    [DataRow("publish -p:PublishProfile=Image")]
    [DataRow("publish -p:PublishProfile=Folder")]
    [DataRow("build -c Release -t:PublishImage")]
    [DataRow("build -c Release -p:PublishImage=true -t:PublishImage")]
    [DataRow("build -c Release -p:DeployOnBuild=true -p:PublishProfile=Image")]
    [DataRow("build -c Release -p:DeployOnBuild=true -p:PublishProfile=Folder")]
    [DataRow("publish -p:PublishImage=true -p:PublishProfile=DefaultContainer")]
    [DataRow("publish -p:PublishImage=true -t:PublishContainer")]
    [DataRow("publish -p:PublishImage=true -p:EnableSdkContainerSupport=true -t:PublishContainer")]
    public async Task One_command_makes_one_image(string command)
    {
        var published = await SharedProject.Web.RunAsync(command.Split(' '), TestContext.CancellationToken);

        Assert.AreEqual(0, published.Command.ExitCode, published.Command.All);
        Assert.HasCount(1, published.Lines.Where(static line => line.StartsWith("Written to ", StringComparison.Ordinal)), published.Command.All);
        Assert.DoesNotContain("CONTAINER", published.Command.Output);
        Assert.DoesNotContain("warning ", published.Command.Output);
        var index = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(published.Layout, "index.json"), TestContext.CancellationToken))!;
        Assert.HasCount(1, index["manifests"]!.AsArray());
    }

    [TestMethod]
    public async Task In_a_terminal_the_image_is_shown_as_what_came_of_the_project()
    {
        var published = await SharedProject.Web.RunAsync(["publish", "-p:PublishImage=true", "-tl:on"], TestContext.CancellationToken);

        Assert.AreEqual(0, published.Command.ExitCode, published.Command.All);
        Assert.MatchesRegex(@"succeeded.*→.*:latest@sha256:[0-9a-f]{64}", published.Command.Output);
    }

    [TestMethod]
    public async Task What_was_built_and_tested_is_what_is_published_and_is_not_compiled_again()
    {
        using var project = await SdkProject.CreateAsync(ProjectTemplate.Console);
        (await project.DotNetAsync(["build", project.ProjectFile, "-c", "Release", "-nodeReuse:false"])).EnsureSuccess();
        var assembly = Directory.GetFiles(Path.Combine(project.Directory, "obj", "Release", "net10.0"), "*.dll").Single();
        var built = File.GetLastWriteTimeUtc(assembly);

        var published = await project.PublishImageAsync(["-p:RunImage=scratch", $"-p:ImageCacheDirectory={ImageCache.Directory}", $"-p:ImageLayoutPath={project.Beside("layout")}"], cancellationToken: TestContext.CancellationToken);

        published.Command.EnsureSuccess();
        Assert.AreEqual(built, File.GetLastWriteTimeUtc(assembly));
    }

    [TestMethod]
    public async Task Tasks_of_a_multithreaded_build_stay_in_its_process()
    {
        var published = await SharedProject.Console.RunAsync(["build", "-c", "Release", "-mt", "-v:diag", "-p:NoBuild=true", "-t:PublishImage"], TestContext.CancellationToken);

        Assert.AreEqual(0, published.Command.ExitCode, published.Command.Output[^2000..]);
        Assert.IsTrue(Directory.Exists(published.Layout));
        Assert.IsFalse(
            published.Lines.Any(static line => line.Contains("task host", StringComparison.OrdinalIgnoreCase) && line.Contains("BuildpackTasks", StringComparison.Ordinal)));
    }

    [TestMethod]
    public async Task The_item_says_what_was_published()
    {
        var published = await SharedProject.Console.PublishImageAsync(
            ["-getItem:PublishedImage", "-p:ContainerRepository=team/greeter", "-p:ContainerImageTags=1.0%3Blatest"], TestContext.CancellationToken);

        var items = JsonNode.Parse(published.Command.EnsureSuccess().Output)!["Items"]!["PublishedImage"]!.AsArray();
        var index = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(published.Layout, "index.json"), TestContext.CancellationToken))!;
        var digest = (string)index["manifests"]![0]!["digest"]!;
        Assert.HasCount(1, items);
        var report = Path.Combine(published.Project.Directory, "obj", "Release", "net10.0", "image", "report.toml");
        Assert.AreEqual($"""
            Identity=team/greeter:1.0@{digest}
            Reference=team/greeter:1.0@{digest}
            Digest={digest}
            Tags=1.0;latest
            MediaType=application/vnd.oci.image.manifest.v1+json
            Platform=linux/amd64
            Report={report}
            """, string.Join('\n', Names.Select(name => $"{name}={items[0]![name]}")));
        Assert.IsTrue(File.Exists(report));
    }

    private static readonly string[] Names = ["Identity", "Reference", "Digest", "Tags", "MediaType", "Platform", "Report"];
}
