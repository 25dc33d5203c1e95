using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>A layer that a buildpack keeps from the image before, of which this machine remembers what it said.</summary>
[TestClass]
public sealed class KeptLayerTests
{
    private const string Build = """
        set -eu
        layer=$CNB_LAYERS_DIR/large
        if [ -f "$layer.toml" ]; then
            echo 'the layer is kept'
        else
            echo 'the layer is made'
            mkdir -p "$layer/env"
            echo "large $RANDOM$RANDOM" >"$layer/data"
            printf on >"$layer/env/LARGE"
        fi
        printf '[types]\nlaunch = true\n[metadata]\nversion = 1\n' >"$layer.toml"
        """;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task A_layer_that_is_lost_is_not_offered_to_be_kept_and_is_made_again()
    {
        using SdkProject project = await SdkProject.CreateAsync(ProjectTemplate.Console, new ProjectOptions
        {
            Name = "Keeper",
            Properties = new Dictionary<string, string> { ["InvariantGlobalization"] = "true" },
            More = """<ItemGroup><Buildpack Include="buildpacks/large" /></ItemGroup>""",
        });
        BashBuildpack.Write(project.Beside("Keeper/buildpacks/large"), "acme/large", "exit 0", Build);

        (ImageInLayout first, string made) = await PublishAsync(project);
        (ImageInLayout second, string kept) = await PublishAsync(project);
        foreach (string blob in Directory.EnumerateFiles(ImageCache.Directory, Path.GetFileName(first["large"].File), SearchOption.AllDirectories).ToArray()) File.Delete(blob);
        (ImageInLayout third, string again) = await PublishAsync(project);

        Assert.Contains("the layer is made", made);
        Assert.Contains("the layer is kept", kept);
        Assert.AreEqual(first.Digest, second.Digest, "also its environment is known");
        Assert.DoesNotContain("the layer is kept", again, "it is not offered where it cannot be had");
        Assert.Contains("the layer is made", again);
        Assert.AreNotEqual(first["large"].Digest, third["large"].Digest);
    }

    private async Task<(ImageInLayout Image, string Said)> PublishAsync(SdkProject project)
    {
        string layout = project.Beside("layout");
        if (Directory.Exists(layout)) Directory.Delete(layout, recursive: true);
        PublishResult published = await project.PublishImageAsync(Publishing.OnDebian($"-p:ImageLayoutPath={layout}"), cancellationToken: TestContext.CancellationToken);
        Assert.AreEqual(0, published.Command.ExitCode, published.Command.All);
        return (await ImageInLayout.ReadAsync(layout, TestContext.CancellationToken), published.Command.All);
    }
}
