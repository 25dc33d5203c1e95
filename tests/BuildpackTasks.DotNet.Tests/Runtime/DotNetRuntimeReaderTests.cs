using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;

namespace BuildpackTasks.DotNet.Tests;

[TestClass]
public sealed class DotNetRuntimeReaderTests
{
    [TestMethod]
    [DataRow("10.0.14", "layer 10.0.12 [Microsoft.NETCore.App 10.0.12], newer: 10.0.14")]
    [DataRow("10.0.12", "layer 10.0.12 [Microsoft.NETCore.App 10.0.12], no")]
    [DataRow("10.0.9", "layer 10.0.12 [Microsoft.NETCore.App 10.0.12], no")]
    [DataRow("10.0.15-rtm.1", "layer 10.0.12 [Microsoft.NETCore.App 10.0.12], no")]
    [DataRow("11.0.1", "layer 10.0.12 [Microsoft.NETCore.App 10.0.12], unknown: the SDK knows no patches of .NET 10.0")]
    public async Task The_runtime_of_a_layer_is_held_against_the_patches_that_the_SDK_knows(string known, string expected)
    {
        using var images = new BuiltImages();
        BuildpacksImage image = await images.BuildAsync(AppDirectory.ConsoleConfig, "10.0.12");

        Assert.AreEqual(expected, Read(image, known));
    }

    [TestMethod]
    public async Task The_runtime_of_a_self_contained_app_is_its_own()
    {
        using var images = new BuiltImages();
        BuildpacksImage image = await images.BuildAsync(AppDirectory.SelfContainedConfig, "10.0.12", static project => project with { IsSelfContained = true });

        Assert.AreEqual("app 10.0.12 [Microsoft.NETCore.App 10.0.12], newer: 10.0.14", Read(image, "10.0.14"));
    }

    [TestMethod]
    public async Task Native_code_has_no_runtime()
    {
        using var images = new BuiltImages();
        BuildpacksImage image = await images.BuildAsync(AppDirectory.ConsoleConfig, "10.0.12", static project => project with { IsNativeAot = true });

        Assert.AreEqual("none", Read(image, "10.0.14"));
    }

    [TestMethod]
    public async Task The_runtime_of_a_run_image_is_read_from_its_environment()
    {
        using var images = new BuiltImages();
        BuildpacksImage image = await images.BuildAsync(AppDirectory.ConsoleConfig, "10.0.12", runImageDotNet: "10.0.11");

        Assert.AreEqual("run image 10.0.11 [Microsoft.NETCore.App 10.0.11], newer: 10.0.14", Read(image, "10.0.14"));
    }

    [TestMethod]
    [DataRow("DOTNET_VERSION=10.0.12", "run image 10.0.12 [Microsoft.NETCore.App 10.0.12], newer: 10.0.14")]
    [DataRow("DOTNET_VERSION=10.0.12 ASPNET_VERSION=10.0.14", "run image 10.0.12 [Microsoft.NETCore.App 10.0.12, Microsoft.AspNetCore.App 10.0.14], newer: 10.0.14")]
    [DataRow("ASPNET_VERSION=10.0.12", "none")]
    [DataRow("DOTNET_VERSION=latest", "none")]
    [DataRow("", "none")]
    public void An_image_that_no_buildpack_made_says_what_its_environment_says(string environment, string expected)
    {
        Image image = environment.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Aggregate(Image.Empty(new Platform("linux", "amd64")), static (image, variable) => image.WithConfig(config => config.WithEnvironmentVariable(variable.Split('=')[0], variable.Split('=')[1])));

        Assert.AreEqual(expected, Shown(new DotNetRuntimeReader(BuiltImages.Known("10.0.14")).Read(image, null)));
    }

    private static string Read(BuildpacksImage image, string known) => Shown(new DotNetRuntimeReader(BuiltImages.Known(known)).Read(image.Image, image));

    private static string Shown(InspectedRuntime? runtime) => runtime is null
        ? "none"
        : $"{runtime.Origin} {runtime.Version} [{string.Join(", ", runtime.Parts.Select(static part => $"{part.Key} {part.Value}"))}], {runtime.Newer.IsNewer switch { true => $"newer: {runtime.Newer.Found}", false => "no", null => $"unknown: {runtime.Newer.Reason}" }}";
}
