using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>What analysis needs is asked for while the compiler runs, and is only a hint.</summary>
[TestClass]
public sealed class EarlyAnalysisTests
{
    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    public async Task What_a_target_sets_after_the_compiler_is_what_counts()
    {
        await using var registry = await RegistryServer.StartAsync(cancellationToken: Token);
        using var project = await SdkProject.CreateAsync(ProjectTemplate.Console);
        project.Write("Directory.Build.targets", """
            <Project>
              <Target Name="NameTheVersion" BeforeTargets="AnalyzeImage">
                <PropertyGroup>
                  <ContainerImageTag>1.2.3</ContainerImageTag>
                </PropertyGroup>
              </Target>
            </Project>

            """);

        var published = await project.PublishImageAsync(
            ["-p:RunImage=scratch", $"-p:ContainerRegistry={registry.Host}", "-p:ContainerRepository=app", $"-p:ImageCacheDirectory={ImageCache.Directory}"], cancellationToken: Token);

        Assert.AreEqual("1.2.3", published.Image["Tags"], published.Command.All);
        string[] manifests = [.. (await registry.GetRequestsAsync(Token)).Where(static request => request.Path.Contains("/manifests/", StringComparison.Ordinal)).Select(static request => request.ToString())];
        Assert.AreEqual(
            """
            GET /v2/app/manifests/latest 404
            GET /v2/app/manifests/1.2.3 404
            PUT /v2/app/manifests/1.2.3 201
            """, string.Join('\n', manifests));
    }

    [TestMethod]
    public async Task A_build_that_fails_meanwhile_says_only_that()
    {
        using var project = await SdkProject.CreateAsync(ProjectTemplate.Console);
        project.Write("Broken.cs", "this is not C#");

        var failed = await project.PublishImageAsync([$"-p:RunImage=localhost:{FreePort.Next()}/base:1", $"-p:ImageCacheDirectory={ImageCache.Directory}"], cancellationToken: Token);

        Assert.AreEqual(1, failed.Command.ExitCode);
        Assert.IsTrue(failed.Errors.Count > 0 && failed.Errors.All(static error => error.Contains("error CS", StringComparison.Ordinal)), failed.Command.All);
    }
}
