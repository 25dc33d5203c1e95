using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;
using NuGet.Versioning;

namespace BuildpackTasks.DotNet.Tests;

[TestClass]
public sealed class RuntimePlanTests
{
    private static readonly KnownRuntime[] Known =
    [
        .. from framework in (string[])["Microsoft.NETCore.App", "Microsoft.AspNetCore.App"]
           from version in (string[])["8.0.31", "9.0.20", "10.0.12"]
           select new KnownRuntime(framework, NuGetVersion.Parse(version)),
    ];

    [TestMethod]
    public async Task A_web_app_gets_both_frameworks_in_the_newest_patch_that_the_SDK_knows()
    {
        Assert.AreEqual(
            "Microsoft.NETCore.App.Runtime.linux-x64 10.0.12, Microsoft.AspNetCore.App.Runtime.linux-x64 10.0.12",
            await PlanAsync(AppDirectory.WebConfig));
    }

    [TestMethod]
    [DataRow("8.0.0", "Minor", "Microsoft.NETCore.App.Runtime.linux-x64 8.0.31")]
    [DataRow("9.0.0", "LatestMajor", "Microsoft.NETCore.App.Runtime.linux-x64 10.0.12")]
    [DataRow("8.0.7", "Disable", "Microsoft.NETCore.App.Runtime.linux-x64 8.0.7")]
    [DataRow("10.0.14", "Minor", "Microsoft.NETCore.App.Runtime.linux-x64 10.0.14")]
    [DataRow("7.0.0", "Major", "Microsoft.NETCore.App.Runtime.linux-x64 7.0.0")]
    public async Task The_config_and_its_roll_forward_bound_the_version(string version, string rollForward, string expected)
    {
        Assert.AreEqual(expected, await PlanAsync(Config(rollForward, ("Microsoft.NETCore.App", version))));
    }

    [TestMethod]
    public async Task The_environment_that_the_user_gives_decides_over_the_config()
    {
        Assert.AreEqual(
            "Microsoft.NETCore.App.Runtime.linux-x64 10.0.12",
            await PlanAsync(Config("Minor", ("Microsoft.NETCore.App", "8.0.0")), project => project with { Environment = new Dictionary<string, string> { ["DOTNET_ROLL_FORWARD"] = "latestmajor" } }));
    }

    [TestMethod]
    public async Task The_wanted_version_is_taken_if_it_serves()
    {
        Assert.AreEqual(
            "Microsoft.NETCore.App.Runtime.linux-x64 10.0.13, Microsoft.AspNetCore.App.Runtime.linux-x64 10.0.13",
            await PlanAsync(AppDirectory.WebConfig, project => project with { RuntimeVersion = NuGetVersion.Parse("10.0.13") }));

        var error = await Assert.ThrowsExactlyAsync<DotNetException>(() => PlanAsync(AppDirectory.WebConfig, project => project with { RuntimeVersion = NuGetVersion.Parse("9.0.20") }));
        Assert.AreEqual(
            "BPT3012 DotNetRuntimeVersion is 9.0.20, and the app needs Microsoft.AspNetCore.App 10.0.0 (roll-forward Minor). Set DotNetRuntimeVersion to a version that serves, or leave it out.",
            $"{error.Code} {error.Message}");
    }

    [TestMethod]
    public async Task ASP_NET_Core_brings_its_base_framework_even_where_the_app_does_not_name_it()
    {
        Assert.AreEqual(
            "Microsoft.NETCore.App.Runtime.linux-x64 10.0.12, Microsoft.AspNetCore.App.Runtime.linux-x64 10.0.12",
            await PlanAsync(Config("Minor", ("Microsoft.AspNetCore.App", "10.0.0"))));
    }

    [TestMethod]
    public async Task Frameworks_that_cannot_be_together_are_an_error()
    {
        var error = await Assert.ThrowsExactlyAsync<DotNetException>(() => PlanAsync(Config("Minor", ("Microsoft.NETCore.App", "9.0.0"), ("Microsoft.AspNetCore.App", "10.0.0"))));
        Assert.AreEqual("BPT3013", error.Code);

        error = await Assert.ThrowsExactlyAsync<DotNetException>(() => PlanAsync(Config("Minor", ("Microsoft.NETCore.App", "10.0.0"), ("Microsoft.WindowsDesktop.App", "10.0.0"))));
        Assert.AreEqual("BPT3010", error.Code);
    }

    [TestMethod]
    public async Task An_app_without_a_program_for_the_platform_gets_an_apphost()
    {
        Assert.AreEqual(
            "Microsoft.NETCore.App.Runtime.linux-arm64 10.0.12, Microsoft.NETCore.App.Host.linux-arm64 10.0.12",
            await PlanAsync(AppDirectory.ConsoleConfig, project => project with { RuntimeIdentifier = RuntimeIdentifier.Parse("linux-arm64") }));
    }

    [TestMethod]
    [DataRow("10.0.5", "10.0.5", null, DisplayName = "aspnet of the same version")]
    [DataRow("10.0.5", null, "BPT3011 The run image has .NET 10.0.5 without Microsoft.AspNetCore.App, which the app needs. Set RunImage to an image of ASP.NET Core, or to one without .NET: then the runtime is added to it.", DisplayName = "runtime for a web app")]
    [DataRow("8.0.20", "8.0.20", "BPT3011 The run image has Microsoft.NETCore.App 8.0.20, and the app needs 10.0.0 (roll-forward Minor). Set RunImage to an image of .NET 10.0, or to one without .NET: then the runtime is added to it.", DisplayName = "an older one")]
    public async Task A_run_image_with_NET_has_to_serve(string dotnet, string? aspNet, string? expected)
    {
        var environment = new Dictionary<string, string> { ["DOTNET_VERSION"] = dotnet };
        if (aspNet is not null) environment["ASPNET_VERSION"] = aspNet;

        string result;
        try
        {
            result = await PlanAsync(AppDirectory.WebConfig, null, environment);
        }
        catch (DotNetException e)
        {
            result = $"{e.Code} {e.Message}";
        }

        Assert.AreEqual(expected ?? "", result);
    }

    private static async Task<string> PlanAsync(
        string config, Func<PublishedProject, PublishedProject>? change = null, Dictionary<string, string>? runImageEnvironment = null)
    {
        using var directory = new AppDirectory();
        directory.With("Web.runtimeconfig.json", config).With("Web", AppDirectory.Program());
        PublishedProject project = AppDirectory.Project() with { KnownRuntimes = Known };
        var runImage = new RunImageFacts { Platform = new Platform("linux", "amd64"), Environment = runImageEnvironment ?? [] };
        return string.Join(", ", RuntimePlan.For(await directory.ReadAsync(change?.Invoke(project) ?? project), runImage).Packs);
    }

    private static string Config(string rollForward, params ReadOnlySpan<(string Name, string Version)> frameworks)
    {
        var list = new List<string>();
        foreach ((string name, string version) in frameworks) list.Add($$"""{"name":"{{name}}","version":"{{version}}"}""");
        return $$$"""{"runtimeOptions":{"rollForward":"{{{rollForward}}}","frameworks":[{{{string.Join(',', list)}}}]}}""";
    }
}
