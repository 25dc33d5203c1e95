using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>Projects that no image can be made of.</summary>
[TestClass]
public sealed class ProjectTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task A_library_that_is_asked_for_is_refused()
    {
        using var library = await SdkProject.CreateAsync(ProjectTemplate.Library, new ProjectOptions { Name = "Things" });

        var refused = await PublishAsync(library);

        refused.AssertRefused("BPT5002: Things is not an app: its OutputType is Library. Publish the image of a project whose OutputType is Exe, or set PublishImage to false in this one.");
    }

    [TestMethod]
    public async Task A_test_project_that_is_asked_for_is_refused()
    {
        using var tests = await SdkProject.CreateAsync(
            ProjectTemplate.Console, new ProjectOptions { Name = "Things.Tests", Properties = new Dictionary<string, string> { ["IsTestProject"] = "true" } });

        var refused = await PublishAsync(tests);

        refused.AssertRefused("BPT5002: Things.Tests is not an app: it is a test project. Publish the image of a project whose OutputType is Exe, or set PublishImage to false in this one.");
    }

    [TestMethod]
    public async Task A_project_of_several_frameworks_is_asked_for_one()
    {
        using var project = await SdkProject.CreateAsync(
            ProjectTemplate.Console,
            new ProjectOptions { Name = "Many", TargetFramework = "", Properties = new Dictionary<string, string> { ["TargetFrameworks"] = "net10.0;net9.0" } });

        var publish = await PublishAsync(project);
        var phase = await RunAsync(project, "build", "--no-restore", "-v:minimal", "-t:ExportImage");

        Assert.HasCount(1, publish.Errors, publish.Command.All);
        Assert.StartsWith("NETSDK1129: ", publish.Errors[0]);
        Assert.HasCount(1, phase.Errors.Distinct(), phase.Command.All);
        Assert.AreEqual("BPT5004: Many has several target frameworks (net10.0;net9.0). Say which one's image to publish: dotnet publish -p:PublishImage=true -f net10.0.", phase.Errors[0]);
    }

    [TestMethod]
    public async Task No_build_without_a_build_says_so_once()
    {
        using var project = await SdkProject.CreateAsync(ProjectTemplate.Console, new ProjectOptions { Name = "Unbuilt" });
        (await project.DotNetAsync(["restore", "-nodeReuse:false"], cancellationToken: TestContext.CancellationToken)).EnsureSuccess();

        var refused = await PublishAsync(project, "--no-build");

        refused.AssertRefused("BPT5006: Unbuilt was not built: 'obj/Release/net10.0/Unbuilt.dll' does not exist. Publish without --no-build, or build the same configuration (Release) before.");
    }

    private Task<SharedResult> PublishAsync(SdkProject project, params string[] arguments) =>
        RunAsync(project, ["publish", "-p:PublishImage=true", .. arguments]);

    private async Task<SharedResult> RunAsync(SdkProject project, params string[] arguments)
    {
        var layout = project.Beside("layout");
        var result = await project.DotNetAsync(
            [.. arguments, "-nodeReuse:false", "-p:RunImage=scratch", $"-p:ImageLayoutPath={layout}"], cancellationToken: TestContext.CancellationToken);
        return new SharedResult(project, result, layout);
    }
}
