using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;
using NuGet.Versioning;

namespace BuildpackTasks.DotNet.Tests;

[TestClass]
public sealed class DotNetAppBuildpackTests
{
    // Building writes nothing to it.
    private static readonly LayerCache Cache = new(Path.Combine(Path.GetTempPath(), "bpt-dotnet-no-cache"), 0);

    private static readonly RunImageFacts Bare = new() { Platform = new Platform("linux", "amd64") };

    private static readonly RunImageFacts AspNet = new()
    {
        Platform = new Platform("linux", "amd64"),
        Environment = new Dictionary<string, string> { ["DOTNET_VERSION"] = "10.0.5", ["ASPNET_VERSION"] = "10.0.5", ["ASPNETCORE_HTTP_PORTS"] = "8080" },
    };

    [TestMethod]
    [DataRow(AppDirectory.WebConfig, false, "found Web.runtimeconfig.json (framework-dependent, Microsoft.AspNetCore.App 10.0)")]
    [DataRow(AppDirectory.ConsoleConfig, false, "found Web.runtimeconfig.json (framework-dependent, Microsoft.NETCore.App 10.0)")]
    [DataRow(AppDirectory.SelfContainedConfig, true, "found Web.runtimeconfig.json (self-contained, Microsoft.NETCore.App 10.0)")]
    public async Task Detection_says_what_it_found(string config, bool isSelfContained, string expected)
    {
        using var directory = App(config);

        DetectResult result = await new DotNetAppBuildpack(AppDirectory.Project() with { IsSelfContained = isSelfContained }, [], Cache).DetectAsync(Detection(directory, Bare), CancellationToken.None);

        Assert.AreEqual(expected, result.Reason);
        Assert.AreEqual(isSelfContained ? "" : "dotnet-runtime", string.Join(' ', result.Plans.Single().Requires.Select(static require => require.Name)));
    }

    [TestMethod]
    public async Task The_runtime_is_provided_only_where_the_app_and_the_run_image_lack_it()
    {
        using var directory = App(AppDirectory.WebConfig);
        PublishedProject project = AppDirectory.Project();

        DetectResult bare = await new DotNetRuntimeBuildpack(project, []).DetectAsync(Detection(directory, Bare), CancellationToken.None);
        DetectResult aspNet = await new DotNetRuntimeBuildpack(project, []).DetectAsync(Detection(directory, AspNet), CancellationToken.None);
        DetectResult app = await new DotNetAppBuildpack(project, [], Cache).DetectAsync(Detection(directory, AspNet), CancellationToken.None);

        Assert.AreEqual("Passed the run image has no .NET, and the app needs Microsoft.NETCore.App 10.0.0 and Microsoft.AspNetCore.App 10.0.0", $"{bare.Outcome} {bare.Reason}");
        Assert.AreEqual("dotnet-runtime", string.Join(' ', bare.Plans.Single().Provides));
        Assert.AreEqual("Failed the run image has .NET 10.0.5", $"{aspNet.Outcome} {aspNet.Reason}");
        Assert.IsEmpty(app.Plans.Single().Requires);
    }

    [TestMethod]
    public async Task A_directory_without_an_app_is_not_for_these_buildpacks()
    {
        using var directory = new AppDirectory();

        DetectResult app = await new DotNetAppBuildpack(AppDirectory.Project(), [], Cache).DetectAsync(Detection(directory, Bare), CancellationToken.None);
        DetectResult runtime = await new DotNetRuntimeBuildpack(AppDirectory.Project(), []).DetectAsync(Detection(directory, Bare), CancellationToken.None);

        Assert.AreEqual("Failed no Web.runtimeconfig.json and no program", $"{app.Outcome} {app.Reason}");
        Assert.AreEqual(DetectOutcome.Failed, runtime.Outcome);
    }

    [TestMethod]
    public async Task A_web_app_starts_by_its_own_program_and_listens_on_8080()
    {
        using var directory = App(AppDirectory.WebConfig);

        BuildResult result = await BuildAsync(directory, AppDirectory.Project(), Bare);

        Process process = result.Processes.Single();
        Assert.AreEqual("web: /app/Web, default True", $"{process.Type}: {string.Join(' ', process.Command)}, default {process.Default}");
        Assert.AreEqual("DOTNET_RUNNING_IN_CONTAINER=true Default, ASPNETCORE_HTTP_PORTS=8080 Default", string.Join(", ", result.Environment.Select(static variable => $"{variable.Name}={variable.Value} {variable.Action}")));
        Assert.AreEqual("8080/tcp", string.Join(' ', result.Ports));
        Assert.IsEmpty(result.Layers);
    }

    [TestMethod]
    public async Task The_dotnet_of_the_run_image_starts_what_it_serves()
    {
        using var directory = App(AppDirectory.WebConfig);

        BuildResult result = await BuildAsync(directory, AppDirectory.Project(), AspNet);

        Assert.AreEqual("dotnet /app/Web.dll", string.Join(' ', result.Processes.Single().Command));
        Assert.AreEqual("8080/tcp", string.Join(' ', result.Ports));
    }

    [TestMethod]
    public async Task Where_the_user_says_it_the_app_listens_there()
    {
        using var directory = App(AppDirectory.WebConfig);
        PublishedProject project = AppDirectory.Project() with { Environment = new Dictionary<string, string> { ["ASPNETCORE_URLS"] = "http://*:5000" } };

        BuildResult result = await BuildAsync(directory, project, AspNet);

        Assert.AreEqual("5000/tcp", string.Join(' ', result.Ports));
        Assert.AreEqual("DOTNET_RUNNING_IN_CONTAINER", string.Join(' ', result.Environment.Select(static variable => variable.Name)));
    }

    [TestMethod]
    public async Task An_app_that_is_not_for_the_web_opens_no_port()
    {
        using var directory = App(AppDirectory.SelfContainedConfig);

        BuildResult result = await BuildAsync(directory, AppDirectory.Project() with { IsSelfContained = true }, AspNet);

        Assert.AreEqual("app /app/Web", $"{result.Processes.Single().Type} {string.Join(' ', result.Processes.Single().Command)}");
        Assert.IsEmpty(result.Ports);
        Assert.AreEqual("DOTNET_RUNNING_IN_CONTAINER", string.Join(' ', result.Environment.Select(static variable => variable.Name)));
    }

    [TestMethod]
    public async Task Programs_are_known_by_what_they_hold()
    {
        using var directory = App(AppDirectory.WebConfig);
        directory.With("tools/helper", AppDirectory.Program(183)).With("lib.so", AppDirectory.Library()).With("start.sh", "#!/bin/sh\n").With("notes", "#1\n").With("empty", "")
            .With("wwwroot/install.sh", "#!/bin/sh\n");

        BuildResult result = await BuildAsync(directory, AppDirectory.Project(), Bare);

        Assert.AreEqual("Web start.sh tools/helper", string.Join(' ', result.Executables.Order(StringComparer.Ordinal)));
    }

    [TestMethod]
    public async Task A_published_program_of_another_platform_keeps_its_name()
    {
        using var directory = App(AppDirectory.ConsoleConfig);
        using var pack = new AppDirectory();
        byte[] placeholder = "c3ab8ff13720e8ad9047dd39466b3c8974e592c2fa383d4a3960714caef0c4f2"u8.ToArray();
        byte[] template = [.. AppDirectory.Program(183), .. placeholder, .. new byte[1000]];
        pack.With("runtimes/linux-arm64/native/apphost", template);
        PublishedProject project = AppDirectory.Project() with { RuntimeIdentifier = RuntimeIdentifier.Parse("linux-arm64"), RuntimeVersion = NuGetVersion.Parse("10.0.12") };

        BuildResult result = await BuildAsync(directory, project, Bare, new ResolvedPack(RequiredPack.AppHost(project.RuntimeIdentifier, project.RuntimeVersion), pack.Path));

        LayerEntry entry = result.Layers.Single().Entries!.Single();
        Assert.AreEqual("app/Web-linux-arm64", entry.Path);
        Assert.AreEqual(LayerEntry.ExecutableMode, entry.Mode);
        Assert.AreEqual("/app/Web-linux-arm64", string.Join(' ', result.Processes.Single().Command));
        using var bytes = new MemoryStream();
        await using (Stream content = entry.Content!.OpenRead()) await content.CopyToAsync(bytes);
        byte[] expected = [.. AppDirectory.Program(183), .. "Web.dll"u8, .. new byte[placeholder.Length - 7], .. new byte[1000]];
        Assert.AreSequenceEqual(expected, bytes.ToArray());
    }

    [TestMethod]
    [DataRow("", "BPT3015", DisplayName = "no placeholder")]
    [DataRow("c3ab8ff13720e8ad9047dd39466b3c8974e592c2fa383d4a3960714caef0c4f2", "BPT3015", DisplayName = "no room behind it")]
    [DataRow(null, "BPT3014", DisplayName = "no pack")]
    public async Task A_pack_that_is_not_whole_is_an_error(string? tail, string code)
    {
        using var directory = App(AppDirectory.ConsoleConfig);
        using var pack = new AppDirectory();
        PublishedProject project = AppDirectory.Project() with { RuntimeIdentifier = RuntimeIdentifier.Parse("linux-arm64"), RuntimeVersion = NuGetVersion.Parse("10.0.12") };
        ResolvedPack[] packs = tail is null ? [] : [new ResolvedPack(RequiredPack.AppHost(project.RuntimeIdentifier, project.RuntimeVersion), pack.Path)];
        if (tail is not null) pack.With("runtimes/linux-arm64/native/apphost", tail);

        var error = await Assert.ThrowsExactlyAsync<DotNetException>(() => BuildAsync(directory, project, Bare, packs));

        Assert.AreEqual(code, error.Code);
    }

    private static AppDirectory App(string config) =>
        new AppDirectory().With("Web.runtimeconfig.json", config).With("Web", AppDirectory.Program()).With("Web.dll");

    private static DetectContext Detection(AppDirectory directory, RunImageFacts runImage) => new(directory.Path, runImage, new Dictionary<string, string>());

    private static Task<BuildResult> BuildAsync(AppDirectory directory, PublishedProject project, RunImageFacts runImage, params IReadOnlyList<ResolvedPack> packs) =>
        new DotNetAppBuildpack(project, packs, Cache).BuildAsync(new BuildContext(directory.Path, "/app", "/layers/buildpacktasks_dotnet-app", runImage, new Dictionary<string, string>(), []), CancellationToken.None);
}
