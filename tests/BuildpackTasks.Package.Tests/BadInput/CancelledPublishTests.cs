using System.Diagnostics;
using System.Security.Cryptography;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>Ctrl+C in the middle of an export.</summary>
[TestClass]
public sealed class CancelledPublishTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task A_cancelled_publish_leaves_nothing_behind()
    {
        using var project = await SdkProject.CreateAsync(
            ProjectTemplate.Console, new ProjectOptions { Name = "Heavy", More = """<ItemGroup><Content Include="*.bin" CopyToPublishDirectory="PreserveNewest" /></ItemGroup>""" });
        // What cannot be compressed takes long to compress.
        for (int i = 0; i < 3; i++) await File.WriteAllBytesAsync(Path.Combine(project.Directory, $"{i}.bin"), RandomNumberGenerator.GetBytes(50_000_000), TestContext.CancellationToken);
        (await project.DotNetAsync(["publish", "-nodeReuse:false"], cancellationToken: TestContext.CancellationToken)).EnsureSuccess();
        var (cache, outputs) = (project.Beside("cache"), project.Beside("outputs"));
        // Whoever runs the tests in the background may have them ignore Ctrl+C, and programs inherit that.
        var start = new ProcessStartInfo("env")
        {
            WorkingDirectory = project.Directory,
            RedirectStandardOutput = true,
            ArgumentList =
            {
                "--default-signal=INT", "dotnet", "publish", "--no-build", "-nodeReuse:false", "-p:PublishImage=true", "-p:RunImage=scratch", $"-p:ImageCacheDirectory={cache}", $"-p:ImageLayoutPath={outputs}/layout",
            },
        };
        foreach (var (name, value) in SdkProject.BuildEnvironment) start.Environment[name] = value;

        using var publish = Process.Start(start)!;
        try
        {
            var output = publish.StandardOutput.ReadToEndAsync(TestContext.CancellationToken);
            // A layer is being written.
            while (Files(Path.Combine(cache, "tmp")).Length == 0 && !publish.HasExited) await Task.Delay(10, TestContext.CancellationToken);
            (await Command.RunAsync("kill", ["-INT", $"{publish.Id}"], cancellationToken: TestContext.CancellationToken)).EnsureSuccess();
            await publish.WaitForExitAsync(TestContext.CancellationToken);

            var result = new SharedResult(project, new CommandResult("publish", publish.ExitCode, await output, ""), Path.Combine(outputs, "layout"));
            result.AssertRefused("BPT5010: The image was not published: the build was cancelled. What was there before is unchanged.");
            Assert.IsEmpty(Files(outputs));
            Assert.IsEmpty(Files(Path.Combine(cache, "tmp")));
            Assert.IsFalse(File.Exists(Path.Combine(project.Directory, "obj", "Release", "net10.0", "image", "report.toml")));
        }
        finally
        {
            if (!publish.HasExited) publish.Kill(entireProcessTree: true);
        }
    }

    private static string[] Files(string directory) => Directory.Exists(directory) ? Directory.GetFiles(directory, "*", SearchOption.AllDirectories) : [];
}
