using BuildpackTasks.Oci;

namespace BuildpackTasks.DotNet.Tests;

[TestClass]
public sealed class PublishedAppTests
{
    [TestMethod]
    public async Task A_web_app_is_known_by_its_frameworks()
    {
        using var directory = new AppDirectory();
        directory.With("Web.runtimeconfig.json", "\uFEFF" + AppDirectory.WebConfig).With("Web.dll").With("Web", AppDirectory.Program());

        PublishedApp app = await directory.ReadAsync(AppDirectory.Project());

        Assert.IsTrue(app.IsWeb);
        Assert.IsTrue(app.IsFrameworkDependent);
        Assert.AreEqual("Web", app.Executable);
        Assert.AreEqual("Web Web.dll Web.runtimeconfig.json", string.Join(' ', app.Paths));
        Assert.AreEqual("Microsoft.NETCore.App 10.0.0, Microsoft.AspNetCore.App 10.0.0", string.Join(", ", app.RuntimeConfig!.Frameworks));
    }

    [TestMethod]
    public async Task An_apphost_of_another_platform_does_not_start_the_app()
    {
        using var directory = new AppDirectory();
        directory.With("Web.runtimeconfig.json", AppDirectory.ConsoleConfig).With("Web", AppDirectory.Program());

        Assert.IsNull((await directory.ReadAsync(AppDirectory.Project() with { RuntimeIdentifier = RuntimeIdentifier.Parse("linux-arm64") })).Executable);
        Assert.IsNull((await directory.ReadAsync(AppDirectory.Project() with { RuntimeIdentifier = RuntimeIdentifier.Parse("linux-musl-x64") })).Executable);
    }

    [TestMethod]
    public async Task The_bundle_of_a_framework_dependent_app_has_its_config_from_the_build()
    {
        using var directory = new AppDirectory();
        using var build = new AppDirectory();
        build.With("Web.runtimeconfig.json", AppDirectory.ConsoleConfig);
        directory.With("Web", AppDirectory.Program());

        PublishedApp app = await directory.ReadAsync(AppDirectory.Project() with
        {
            IsSingleFile = true,
            RuntimeConfigPath = Path.Combine(build.Path, "Web.runtimeconfig.json"),
        });

        Assert.IsTrue(app.IsFrameworkDependent);
    }

    [TestMethod]
    [DataRow("""[]""", DisplayName = "not an object")]
    [DataRow("""{""", DisplayName = "cut off")]
    [DataRow("""{"runtimeOptions":{"framework":{"name":"Microsoft.NETCore.App","version":"ten"}}}""", DisplayName = "no version")]
    [DataRow("""{"runtimeOptions":{"framework":{"version":"10.0.0"}}}""", DisplayName = "no name")]
    [DataRow("""{"runtimeOptions":{"frameworks":{}}}""", DisplayName = "frameworks not a list")]
    [DataRow("""{"runtimeOptions":{"tfm":"net10.0"}}""", DisplayName = "no framework")]
    [DataRow("""{"runtimeOptions":{"rollForward":"Sometimes"}}""", DisplayName = "unknown rollForward")]
    [DataRow("""{"runtimeOptions":{"rollForward":2}}""", DisplayName = "rollForward a number")]
    [DataRow("""{"runtimeOptions":{"configProperties":[1]}}""", DisplayName = "properties a list")]
    public async Task A_malformed_runtime_config_is_an_error_with_its_path(string text)
    {
        using var directory = new AppDirectory();
        directory.With("Web.runtimeconfig.json", text);

        var error = await Assert.ThrowsExactlyAsync<DotNetException>(() => directory.ReadAsync(AppDirectory.Project()));

        Assert.AreEqual("BPT3002", error.Code);
        StringAssert.Contains(error.Message, Path.Combine(directory.Path, "Web.runtimeconfig.json"));
        Assert.DoesNotContain("\n", error.Message);
    }

    [TestMethod]
    public async Task A_config_may_have_comments_and_trailing_commas_as_the_host_allows()
    {
        using var directory = new AppDirectory();
        directory.With("Web.runtimeconfig.json", """
            { // made by hand
              "runtimeOptions": { "rollForward": "latestMajor", "framework": { "name": "Microsoft.NETCore.App", "version": "8.0.0", }, "configProperties": { "System.GC.Server": true, }, },
            }
            """);

        RuntimeConfig config = (await directory.ReadAsync(AppDirectory.Project())).RuntimeConfig!;

        Assert.AreEqual(RollForward.LatestMajor, config.Frameworks.Single().RollForward);
        Assert.AreEqual("true", config.Properties["System.GC.Server"]);
    }

    [TestMethod]
    public async Task A_directory_without_an_app_is_an_error_that_says_what_is_missing()
    {
        using var directory = new AppDirectory();
        Assert.AreEqual("BPT3001", (await Failure(directory, AppDirectory.Project())).Code);

        directory.With("Library.dll");
        Assert.AreEqual(
            $"There is no published app in '{directory.Path}': it has no Web.runtimeconfig.json. Publish a project whose OutputType is Exe; a library has nothing to run.",
            (await Failure(directory, AppDirectory.Project())).Message);
    }

    [TestMethod]
    public async Task An_app_for_another_system_is_refused()
    {
        using var directory = new AppDirectory();
        directory.With("Web.runtimeconfig.json", AppDirectory.ConsoleConfig);

        Assert.AreEqual("BPT3003", (await Failure(directory, AppDirectory.Project() with { RuntimeIdentifier = RuntimeIdentifier.Parse("win-x64") })).Code);
        Assert.AreEqual("BPT3003", (await Failure(directory, AppDirectory.Project() with { TargetPlatform = "windows" })).Code);
    }

    [TestMethod]
    public async Task A_self_contained_app_without_a_program_for_the_image_is_an_error()
    {
        using var directory = new AppDirectory();
        directory.With("Web.runtimeconfig.json", AppDirectory.SelfContainedConfig).With("Web", "not a program");

        Assert.AreEqual("BPT3006", (await Failure(directory, AppDirectory.Project() with { IsSelfContained = true })).Code);
    }

    private static async Task<CodedException> Failure(AppDirectory directory, PublishedProject project) =>
        await Assert.ThrowsExactlyAsync<DotNetException>(() => directory.ReadAsync(project));
}
