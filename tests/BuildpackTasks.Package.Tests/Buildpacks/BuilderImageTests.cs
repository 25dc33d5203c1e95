using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>A builder image in a registry as a <c>Buildpack</c> item.</summary>
[TestClass]
public sealed class BuilderImageTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task Order_buildpacks_environment_and_run_image_are_the_builders()
    {
        await using RegistryServer registry = await RegistryServer.StartAsync(cancellationToken: TestContext.CancellationToken);
        using var project = await SdkProject.CreateAsync(ProjectTemplate.Console, new ProjectOptions { More = $"""<ItemGroup><Buildpack Include="{registry.Host}/team/builder:1" /></ItemGroup>""" });
        RunImageIndex.Write(project.Beside("run"));
        await OtherTools.CopyAsync($"oci:{project.Beside("run")}:10.0", $"docker://{registry.Host}/team/run:10.0", TestContext.CancellationToken);
        BashBuildpack.Write(project.Beside("never"), "acme/never", "exit 100", "exit 1");
        BashBuildpack.Write(project.Beside("mode"), "acme/mode", "exit 0", """
            set -eu
            mkdir -p "$CNB_LAYERS_DIR/mode/env.launch"
            printf '%s' "$ACME_MODE" >"$CNB_LAYERS_DIR/mode/env.launch/MODE.override"
            printf '[types]\nlaunch = true\n' >"$CNB_LAYERS_DIR/mode.toml"
            """);
        Directory.CreateDirectory(project.Beside("operator"));
        await File.WriteAllTextAsync(Path.Combine(project.Beside("operator"), "ACME_MODE"), "quiet", TestContext.CancellationToken);
        await BuilderImage.MakeAsync(
            project.Beside("builder"), $"{registry.Host}/team/run:10.0", project.Beside("operator"), [["acme/never", "acme/mode"], ["acme/mode"]],
            [("acme/never", project.Beside("never")), ("acme/mode", project.Beside("mode"))], TestContext.CancellationToken);
        await OtherTools.CopyAsync($"oci:{project.Beside("builder")}:1", $"docker://{registry.Host}/team/builder:1", TestContext.CancellationToken);

        string layout = project.Beside("layout");
        PublishResult published = await project.PublishImageAsync([$"-p:ImageLayoutPath={layout}"], cancellationToken: TestContext.CancellationToken);

        Assert.AreEqual(0, published.Command.ExitCode, published.Command.All);
        Assert.Contains($"on {registry.Host}/team/run:10.0", published.Command.All);
        string config = await OtherTools.RunAsync("skopeo", ["inspect", "--config", $"oci:{layout}:latest"], TestContext.CancellationToken);
        Assert.Contains("\"MODE=quiet\"", config);
        Assert.Contains("\"DOTNET_VERSION=10.0.9\"", config);
        Assert.Contains("Layer: 'mode', Created by buildpack: acme/mode@1.2.3", config);
    }
}
