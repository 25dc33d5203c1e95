using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;
using BuildpackTasks.Testing;
using NuGet.Versioning;

namespace BuildpackTasks.DotNet.Tests;

/// <summary>Real packs, laid out as the image will have them and started.</summary>
[TestClass]
public sealed class RuntimeLayersTests
{
    private static readonly RunImageFacts Bare = new() { Platform = new Platform("linux", "amd64") };

    // Not the SDK's own, so that the app cannot have been started by that.
    private static readonly NuGetVersion Version = NuGetVersion.Parse("10.0.13");

    [TestMethod]
    public async Task An_app_without_a_program_starts_on_the_packs_alone()
    {
        using var workspace = new Workspace();
        IReadOnlyList<PublishedFile> files = await workspace.PublishAsync("Con", "-p:UseAppHost=false");
        PublishedProject project = workspace.Published("Con", files) with { RuntimeVersion = Version };
        PublishedApp app = await PublishedApp.ReadAsync(project, workspace.PublishDirectory("Con"), CancellationToken.None);

        IReadOnlyList<ResolvedPack> packs = await workspace.ResolveAsync("Con", RuntimePlan.For(app, Bare).Packs);
        BuildResult runtime = await new DotNetRuntimeBuildpack(project, packs).BuildAsync(Context(workspace), CancellationToken.None);
        BuildResult start = await new DotNetAppBuildpack(project, packs, new LayerCache(workspace.Combine("cache"), 1 << 30)).BuildAsync(Context(workspace), CancellationToken.None);

        Assert.AreEqual("dotnet-runtime apphost", string.Join(' ', runtime.Layers.Concat(start.Layers).Select(static layer => layer.Name)));
        Assert.AreEqual("/app/Con", string.Join(' ', start.Processes.Single().Command));
        string root = workspace.Combine("root");
        foreach (LayerEntry entry in runtime.Layers.Concat(start.Layers).SelectMany(static layer => layer.Entries!)) await WriteAsync(root, entry);
        foreach (string path in app.Paths) await WriteAsync(root, LayerEntry.ForFile($"app/{path}", FileContent.FromFile(Path.Combine(app.Directory, path))));

        // dotnet test sets the variable of the processor too, which goes first.
        string dotNet = Path.Combine(root, "usr", "share", "dotnet");
        CommandResult run = await Command.RunAsync(
            Path.Combine(root, "app", "Con"), [], root, new Dictionary<string, string?> { ["DOTNET_ROOT"] = dotNet, ["DOTNET_ROOT_X64"] = dotNet, ["DOTNET_HOST_PATH"] = null });
        Assert.AreEqual("\"number 3\"x\n", run.EnsureSuccess().Output);

        string[] paths = [.. runtime.Layers.Single().Entries!.Select(static entry => entry.Path)];
        CollectionAssert.Contains(paths, $"usr/share/dotnet/host/fxr/{Version}/libhostfxr.so");
        CollectionAssert.Contains(paths, $"usr/share/dotnet/shared/Microsoft.NETCore.App/{Version}/Microsoft.NETCore.App.runtimeconfig.json");
        Assert.IsEmpty(paths.Where(static path => Path.GetFileName(path) is "createdump" or "libmscordbi.so" or "libmscordaccore.so" or "libcoreclrtraceptprovider.so" or "libclrgc.so"));
        Assert.AreEqual(LayerEntry.FileMode, runtime.Layers.Single().Entries!.Select(static entry => entry.Mode).Distinct().Single());
    }

    [TestMethod]
    public async Task A_runtime_that_is_known_needs_no_pack()
    {
        using var workspace = new Workspace();
        IReadOnlyList<PublishedFile> files = await workspace.PublishAsync("Con", "-p:UseAppHost=true");
        PublishedProject project = workspace.Published("Con", files) with { RuntimeVersion = Version };
        PublishedApp app = await PublishedApp.ReadAsync(project, workspace.PublishDirectory("Con"), CancellationToken.None);
        RequiredPack pack = RuntimePlan.For(app, Bare).Runtimes.Single();
        var asked = new List<Digest>();
        BuildContext knowing = Context(workspace) with { IsKnownAsync = (fingerprint, _) => { asked.Add(fingerprint); return Task.FromResult(true); } };

        BuildResult runtime = await new DotNetRuntimeBuildpack(project, []).BuildAsync(knowing, CancellationToken.None);

        Assert.IsNull(runtime.Layers.Single().Entries);
        Assert.AreEqual(DotNetRuntimeBuildpack.FingerprintOf(pack, app), runtime.Layers.Single().Fingerprint);
        Assert.AreEqual(runtime.Layers.Single().Fingerprint, asked.Single());
        Assert.AreNotEqual(runtime.Layers.Single().Fingerprint, DotNetRuntimeBuildpack.FingerprintOf(pack with { Version = NuGetVersion.Parse("10.0.12") }, app));
    }

    [TestMethod]
    public async Task A_version_that_no_feed_has_is_an_error_that_says_what_to_set()
    {
        using var workspace = new Workspace();
        await workspace.DotNetAsync(["restore", workspace.Combine("Con")]);
        await File.WriteAllTextAsync(workspace.Combine("Con", "Con.csproj.user"), """<Project><ItemGroup><_ImageRequiredPack Include="Microsoft.NETCore.App.Runtime.linux-x64" Version="10.0.9999" /></ItemGroup></Project>""");

        CommandResult result = await workspace.DotNetAsync(["msbuild", workspace.Combine("Con"), "-t:_ResolveImagePacks"], succeeds: false);

        Assert.AreEqual(1, result.ExitCode);
        StringAssert.Contains(result.Output, "error BPT3014: Not in the package folders, nor to be had from the feeds of this project: Microsoft.NETCore.App.Runtime.linux-x64 10.0.9999 (NU1102: ");
    }

    [TestMethod]
    public async Task Packs_come_from_the_sources_of_the_project_and_its_build_settings_do_not_matter()
    {
        using var workspace = new Workspace();
        await workspace.DotNetAsync(["restore", workspace.Combine("Con")]);
        RequiredPack pack = RequiredPack.AppHost(RuntimeIdentifier.Parse("linux-x64"), Version);
        ResolvedPack fromFeed = (await workspace.ResolveAsync("Con", [pack])).Single();
        Directory.CreateDirectory(workspace.Combine("offline"));
        foreach (string package in Directory.GetFiles(fromFeed.Directory, "*.nupkg")) File.Copy(package, workspace.Combine("offline", Path.GetFileName(package)));
        await File.WriteAllTextAsync(workspace.Combine("NuGet.config"), "<configuration><packageSources><clear /></packageSources></configuration>");
        await File.WriteAllTextAsync(workspace.Combine("Directory.Packages.props"), "<Project><PropertyGroup><ManagePackageVersionsCentrally>true</ManagePackageVersionsCentrally></PropertyGroup></Project>");
        await File.WriteAllTextAsync(workspace.Combine("Directory.Build.props"), """
            <Project>
              <PropertyGroup>
                <RestoreAdditionalProjectSources>../offline</RestoreAdditionalProjectSources>
                <RestorePackagesPath>../packages</RestorePackagesPath>
                <RestorePackagesWithLockFile>true</RestorePackagesWithLockFile>
                <RestoreLockedMode>true</RestoreLockedMode>
              </PropertyGroup>
              <ItemGroup><PackageReference Include="No.Such.Package" /></ItemGroup>
            </Project>
            """);
        string assets = await File.ReadAllTextAsync(workspace.Combine("Con", "obj", "project.assets.json"));

        ResolvedPack offline = (await workspace.ResolveAsync("Con", [pack], $"-p:NuGetPackageRoot={workspace.Combine("packages")}/", "-p:NuGetPackageFolders=", "-p:NetCoreTargetingPackRoot=")).Single();

        Assert.AreEqual(workspace.Combine("packages", "microsoft.netcore.app.host.linux-x64", Version.ToString()), offline.Directory);
        Assert.IsTrue(File.Exists(Path.Combine(offline.Directory, "runtimes", "linux-x64", "native", "apphost")));
        Assert.AreEqual(assets, await File.ReadAllTextAsync(workspace.Combine("Con", "obj", "project.assets.json")), "the app's own restore is untouched");
    }

    private static BuildContext Context(Workspace workspace) =>
        new(workspace.PublishDirectory("Con"), "/app", "/layers/buildpack", Bare, new Dictionary<string, string>(), []);

    private static async Task WriteAsync(string root, LayerEntry entry)
    {
        string path = Path.Combine(root, entry.Path);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await using (Stream content = entry.Content!.OpenRead())
        await using (FileStream file = File.Create(path))
        {
            await content.CopyToAsync(file);
        }
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, entry.Mode);
    }
}
