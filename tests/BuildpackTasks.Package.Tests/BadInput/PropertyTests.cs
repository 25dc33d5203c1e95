namespace BuildpackTasks.Package.Tests;

/// <summary>Properties with values that they cannot have.</summary>
[TestClass]
public sealed class PropertyTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow("ContainerImageTag=a/b", "BPT5014: The property ContainerImageTag is 'a/b'; it must be letters, digits, '_', '.' and '-', at most 128.")]
    [DataRow("ContainerImageTags=good%3Bso bad", "BPT5014: The property ContainerImageTag is 'so bad'; it must be letters, digits, '_', '.' and '-', at most 128.")]
    [DataRow("ContainerRepository=a//b", "BPT3007: 'a//b' cannot be the name of a repository, nor be made one. Set ContainerRepository to lower-case letters and digits, with '/', '.', '_' or '-' between them.")]
    [DataRow("ContainerRegistry=https://localhost:5000", "BPT5014: The property ContainerRegistry is 'https://localhost:5000'; it must be a registry's host, with a port where it has one, such as registry.example.com or localhost:5000.")]
    [DataRow("ContainerImageFormat=Zip", "BPT5014: The property ContainerImageFormat is 'Zip'; it must be OCI or Docker.")]
    [DataRow("ContainerAppCommandInstruction=Start", "BPT5014: The property ContainerAppCommandInstruction is 'Start'; it must be one of Entrypoint, DefaultArgs, None.")]
    [DataRow("ContainerWorkingDirectory=app", "BPT2022: 'app' cannot be the app's directory in the image. Set ContainerWorkingDirectory to an absolute path below the root, such as /app.")]
    [DataRow("ContainerRuntimeIdentifier=linux", "BPT3004: 'linux' is not a runtime identifier that an image can be made for. Set ContainerRuntimeIdentifier to one such as linux-x64, linux-arm64 or linux-musl-x64.")]
    [DataRow("ImageCacheMaxSize=lots", "BPT5014: The property ImageCacheMaxSize is 'lots'; it must be a number of bytes, or a number with K, M or G, such as 10G.")]
    [DataRow("ImageDefaultProcess=web", "BPT2034: There is no process 'web' to start by default; there is app. Set ImageDefaultProcess to one of them.")]
    [DataRow("TestProcess=cron", "BPT5015: The ImageProcess item 'cron' cannot be used: set its Command metadata to what is executed.")]
    [DataRow("DotNetRuntimeVersion=newest", "BPT5014: The property DotNetRuntimeVersion is 'newest'; it must be a version of the .NET runtime, such as 10.0.12.")]
    [DataRow("RunImage=Not an image", "BPT1002: 'Not an image' is not an image reference. Write [registry/]repository[:tag][@digest], the repository in lower case.")]
    [DataRow("RunImage=debian://", "BPT4040: 'debian://' is not a run image of Debian packages. Write debian:// and a suite, such as debian://stable.")]
    [DataRow("Buildpacks=buildpacktasks/unknown", "BPT5016: There is no buildpack 'buildpacktasks/unknown'. The built-in ones are buildpacktasks/debian-packages, buildpacktasks/dotnet-app, buildpacktasks/dotnet-runtime, buildpacktasks/layers; correct the Buildpack item or the Buildpacks property, or write where it is: a directory, an archive, or an image with its registry.")]
    public async Task A_value_that_a_property_cannot_have_is_refused_in_one_line(string property, string error)
    {
        var refused = await SharedProject.Console.PublishImageAsync([$"-p:{property}"], TestContext.CancellationToken);

        refused.AssertRefused(error);
    }

    [TestMethod]
    public async Task Where_no_buildpack_applies_each_one_says_what_it_looked_for()
    {
        var refused = await SharedProject.Console.PublishImageAsync(["-p:Buildpacks=buildpacktasks/debian-packages"], TestContext.CancellationToken);

        var published = Path.Combine(refused.Project.Directory, "bin", "Release", "net10.0", "publish");
        refused.AssertRefused($"BPT2010: No buildpack applies to '{published}': buildpacktasks/debian-packages: there are no DebianPackage items. Publish an app that one of them is for, or add a buildpack for it to @(Buildpack).");
    }

    [TestMethod]
    public async Task A_runtime_that_no_feed_has_is_one_error_with_the_reason_of_NuGet()
    {
        var refused = await SharedProject.Console.PublishImageAsync(["-p:DotNetRuntimeVersion=10.0.999", "-p:RestoreSources=empty-folder"], TestContext.CancellationToken);

        var folder = Path.Combine(refused.Project.Directory, "empty-folder");
        refused.AssertRefused($"BPT3014: Not in the package folders, nor to be had from the feeds of this project: Microsoft.NETCore.App.Runtime.linux-x64 10.0.999 (NU1301: The local source '{folder}' doesn't exist.). Add a feed that has it, set DotNetRuntimeVersion to a version that your feeds have, or set RunImage to an image that has .NET.");
    }
}
