using System.Reflection.PortableExecutable;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>Console apps outside the repository, published with the packed package and run.</summary>
[TestClass]
public sealed class ConsoleAppTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow(ProjectTemplate.Console, "net9.0", "dotnet-runtime apphost app")]
    [DataRow(ProjectTemplate.FSharpConsole, "net10.0", "dotnet-runtime apphost packages app")]
    public async Task A_console_app_is_given_the_arguments_of_its_container(ProjectTemplate template, string framework, string layers)
    {
        using var project = await CreateAsync(template, framework, "");

        await PublishAndRunAsync(project, layers);
    }

    [TestMethod]
    public async Task An_app_without_a_program_of_its_own_gets_one()
    {
        using var project = await CreateAsync(ProjectTemplate.Console, "net8.0", "UseAppHost=false");

        var image = await PublishAndRunAsync(project, "dotnet-runtime apphost app");

        Assert.AreEqual("""["/app/App"]""", image.Execution.GetProperty("Entrypoint").GetRawText());
        var mode = await image["apphost"].ModeAsync("/app/App", TestContext.CancellationToken);
        Assert.AreEqual("755", Convert.ToString((int)mode, 8));
    }

    [TestMethod]
    public async Task A_trimmed_app_has_what_it_calls()
    {
        using var project = await CreateAsync(ProjectTemplate.Console, "net10.0", $"{Publishing.SelfContained};PublishTrimmed=true");

        var image = await PublishAndRunAsync(project, "runtime apphost trimmed app");

        var runtime = await image["runtime"].PathsAsync(TestContext.CancellationToken);
        Assert.Contains("/app/libcoreclr.so", runtime);
        Assert.DoesNotContain("/app/System.Net.Http.dll", runtime);
    }

    [TestMethod]
    public async Task A_single_file_app_is_one_file()
    {
        using var project = await CreateAsync(
            ProjectTemplate.Console, "net10.0", $"{Publishing.SelfContained};PublishSingleFile=true;DebugType=embedded");

        var image = await PublishAndRunAsync(project, "app");

        var files = await image["app"].PathsAsync(TestContext.CancellationToken);
        Assert.AreEqual("/app /app/App", string.Join(' ', files));
    }

    [TestMethod]
    public async Task An_app_that_is_compiled_ahead_of_time_stays_so()
    {
        using var project = await CreateAsync(ProjectTemplate.Console, "net10.0", $"{Publishing.SelfContained};PublishReadyToRun=true");

        var image = await PublishAndRunAsync(project, "runtime apphost app");

        using var assembly = new PEReader(new MemoryStream(await image["app"].ReadAsync("/app/App.dll", TestContext.CancellationToken)));
        Assert.AreNotEqual(0, assembly.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size);
    }

    // Nothing here needs ICU, which is the largest part of a run image that has it.
    private static Task<SdkProject> CreateAsync(ProjectTemplate template, string framework, string properties) =>
        Publishing.CreateAsync(template, framework, $"InvariantGlobalization=true;{properties}");

    private async Task<ImageInLayout> PublishAndRunAsync(SdkProject project, string layers)
    {
        var (layout, image) = await Publishing.ToLayoutAsync(project, TestContext.CancellationToken);
        await using var podman = new Podman();

        var result = await podman.RunAsync($"oci:{layout}:latest", ["x", "y"], cancellationToken: TestContext.CancellationToken);

        Assert.AreEqual("hello x y\n", result.EnsureSuccess().Output);
        Assert.AreEqual($"debian://trixie {layers}", string.Join(' ', image.LayerNames));
        return image;
    }
}
