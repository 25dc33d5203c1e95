using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>The phases as targets of their own.</summary>
[TestClass]
public sealed class PhaseTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task Each_phase_leaves_its_files_and_only_the_last_an_image()
    {
        string[] afterDetection = ["analyzed.toml", "group.toml", "order.toml", "plan.toml"];
        string[] afterBuild =
        [
            "analyzed.toml", "group.toml", "layers/buildpacktasks_dotnet-app/store.toml", "layers/buildpacktasks_dotnet-runtime/dotnet-runtime.toml", "layers/config/metadata.toml", "order.toml", "plan.toml",
        ];
        (string Phase, string[] Files)[] phases =
        [
            ("ResolveBuildpacks", ["order.toml"]),
            ("AnalyzeImage", ["analyzed.toml", "order.toml"]),
            ("DetectBuildpacks", afterDetection),
            ("RestoreImage", afterDetection),
            ("BuildImage", afterBuild),
            ("ExportImage", [.. afterBuild, "report.json", "report.toml"]),
        ];
        foreach (var (phase, files) in phases)
        {
            var done = await RunAsync($"-t:{phase}", "-p:NoBuild=true");

            Assert.AreEqual(0, done.Command.ExitCode, done.Command.All);
            var state = State(done);
            // What a layer holds is there only where no build of this machine has made it before.
            string[] left = [.. Directory.GetFiles(state, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".entries", StringComparison.Ordinal)).Select(file => Path.GetRelativePath(state, file).Replace('\\', '/')).Order(StringComparer.Ordinal)];
            Assert.AreEqual(string.Join('\n', files), string.Join('\n', left), phase);
            Assert.AreEqual(phase is "ExportImage", Directory.Exists(done.Layout), phase);
        }

        var cleaned = await RunAsync("-t:_CleanImage");

        Assert.AreEqual(0, cleaned.Command.ExitCode, cleaned.Command.All);
        Assert.IsFalse(Directory.Exists(State(cleaned)));
    }

    [TestMethod]
    public async Task Detection_alone_says_what_applies_and_why()
    {
        var done = await SharedProject.Console.RunAsync(
            ["build", "-c", "Release", "-v:minimal", "-t:DetectBuildpacks", "-p:NoBuild=true", "-p:ImageIntermediateDirectory=obj/detection/"], TestContext.CancellationToken);

        Assert.AreEqual(0, done.Command.ExitCode, done.Command.All);
        string[] said = [.. done.Lines.Where(static line => line.StartsWith("buildpacktasks/", StringComparison.Ordinal)).Select(static line => line.Split(": ")[0].Split('@')[0] + ": " + line.Split(": ")[1])];
        Assert.AreEqual("""
            buildpacktasks/dotnet-runtime: applies
            buildpacktasks/dotnet-app: applies
            """, string.Join('\n', said.Where(static line => line.EndsWith(": applies", StringComparison.Ordinal))), done.Command.All);
        Assert.IsFalse(Directory.Exists(done.Layout));
    }

    [TestMethod]
    public async Task A_project_that_names_the_sdk_runs_its_own_targets_between_the_phases_and_cleans_up()
    {
        var package = await PackedPackage.GetAsync();
        using var project = await SdkProject.CreateAsync(ProjectTemplate.Console, new ProjectOptions { Name = "Own" });
        project.Write("Own.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <Sdk Name="BuildpackTasks" Version="{package.Version}" />
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <OutputType>Exe</OutputType>
                <PublishImage>true</PublishImage>
                <RunImage>scratch</RunImage>
                <AnalyzeImageDependsOn>$(AnalyzeImageDependsOn);SayAnalyze</AnalyzeImageDependsOn>
                <ExportImageDependsOn>$(ExportImageDependsOn);SayExport</ExportImageDependsOn>
              </PropertyGroup>
              <Target Name="SayAnalyze"><Message Importance="high" Text="own: AnalyzeImageDependsOn" /></Target>
              <Target Name="SayExport"><Message Importance="high" Text="own: ExportImageDependsOn" /></Target>
              <Target Name="SayBuilt" AfterTargets="BuildImage"><Message Importance="high" Text="own: after BuildImage" /></Target>
              <Target Name="SayExporting" BeforeTargets="ExportImage"><Message Importance="high" Text="own: before ExportImage" /></Target>
            </Project>

            """);

        project.Write("Program.cs", "System.Console.WriteLine();\n");
        var layout = project.Beside("layout");
        var published = await project.DotNetAsync(["publish", "-nodeReuse:false", $"-p:ImageLayoutPath={layout}"], cancellationToken: TestContext.CancellationToken);
        var state = Path.Combine(project.Directory, "obj", "Release", "net10.0", "image");
        var wasThere = Directory.Exists(state);
        var cleaned = await project.DotNetAsync(["clean", "-nodeReuse:false", "-c", "Release"], cancellationToken: TestContext.CancellationToken);

        published.EnsureSuccess();
        cleaned.EnsureSuccess();
        Assert.AreEqual("""
            own: AnalyzeImageDependsOn
            own: after BuildImage
            own: ExportImageDependsOn
            own: before ExportImage
            """, string.Join('\n', published.Output.Split('\n').Select(static line => line.Trim()).Where(static line => line.StartsWith("own: ", StringComparison.Ordinal))), published.All);
        Assert.IsTrue(Directory.Exists(layout));
        Assert.IsTrue(wasThere);
        Assert.IsFalse(Directory.Exists(state));
    }

    private Task<SharedResult> RunAsync(params string[] arguments) => SharedProject.Console.RunAsync(
        ["build", "-c", "Release", "-v:minimal", "-p:ImageIntermediateDirectory=obj/phases/", .. arguments], TestContext.CancellationToken);

    private static string State(SharedResult result) => Path.Combine(result.Project.Directory, "obj", "phases");
}
