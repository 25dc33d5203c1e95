using System.Text.RegularExpressions;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>Images of new apps, moved to another .NET or another operating system without building, and run.</summary>
[TestClass]
public sealed partial class RebasedAppTests
{
    private const string Program = """
        Console.WriteLine(System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription);
        Console.WriteLine(typeof(Microsoft.AspNetCore.Builder.WebApplication).Assembly.Location);
        Console.WriteLine(File.ReadAllText("/etc/debian_version").Trim());
        Console.WriteLine(File.ReadLines("/var/lib/dpkg/status.d/base-files").First(line => line.StartsWith("Version: ")));

        """;

    public TestContext TestContext { get; set; } = null!;

    private CancellationToken Token => TestContext.CancellationToken;

    [TestMethod]
    public async Task A_web_app_reports_the_newer_runtime_after_a_rebase_alone_and_is_the_image_that_a_build_would_give()
    {
        await using var registry = await RegistryServer.StartAsync(cancellationToken: Token);
        using var project = await WebAppAsync();
        var old = await PublishAsync(project, registry, "1.0", "-p:DotNetRuntimeVersion=10.0.12");
        var built = await PublishAsync(project, registry, "built", "-p:DotNetRuntimeVersion=10.0.14");
        using var operations = await OperationsDirectory.CreateAsync();
        await registry.ClearRequestsAsync(Token);

        var rebased = await operations.TargetAsync("RebaseImage", Token, [$"-p:Image={registry.Host}/shop/web:1.0", "-p:DotNetRuntimeVersion=10.0.14", "-p:KeepTag=old-{tag}"]);

        rebased.EnsureSuccess();
        var contents = new RegistryContents(registry);
        Assert.AreEqual(built, await contents.DigestOfAsync("shop/web", "1.0", Token));
        Assert.AreEqual(old, await contents.DigestOfAsync("shop/web", "old-1.0", Token));
        Assert.IsEmpty(await contents.ProblemsAsync("shop/web", "1.0", Token));
        await using var podman = new Podman();
        Assert.AreEqual(".NET 10.0.12", (await RunAsync(podman, registry, "old-1.0"))[0]);
        var output = await RunAsync(podman, registry, "1.0");
        Assert.AreEqual(".NET 10.0.14", output[0]);
        Assert.Contains("/10.0.14/", output[1]);
    }

    [TestMethod]
    public async Task A_patched_package_is_in_the_running_container_and_the_systems_records_agree_with_its_files()
    {
        await using var registry = await RegistryServer.StartAsync(cancellationToken: Token);
        using var project = await WebAppAsync();
        await PublishAsync(project, registry, "1.0");
        var system = await InspectAsync(registry, "1.0");
        await using var mirror = await PatchedDebianMirror.StartAsync("trixie", [.. PackageName().Matches(system).Select(match => match.Groups["name"].Value)], Token);
        var version = await mirror.PatchAsync("base-files", "etc/debian_version", "13.99-patched\n", Token);
        string[] from = [$"-p:DebianMirror={mirror.Url}", $"-p:DebianKeyring={mirror.Keyring}"];
        using var operations = await OperationsDirectory.CreateAsync();
        var layers = await new RegistryContents(registry).LayersAsync("shop/web", "1.0", Token);

        var shown = await operations.TargetAsync("RebaseImage", Token, [$"-p:Image={registry.Host}/shop/web:1.0", "-p:DryRun=true", .. from]);
        var unchanged = await new RegistryContents(registry).LayersAsync("shop/web", "1.0", Token);
        var rebased = await operations.TargetAsync("RebaseImage", Token, [$"-p:Image={registry.Host}/shop/web:1.0", .. from]);

        Assert.Contains("base-files", shown.EnsureSuccess().Output);
        Assert.Contains(version, shown.Output);
        Assert.AreSequenceEqual(layers, unchanged);
        rebased.EnsureSuccess();
        Assert.AreSequenceEqual(layers.Skip(1), (await new RegistryContents(registry).LayersAsync("shop/web", "1.0", Token)).Skip(1));
        await using var podman = new Podman();
        var output = await RunAsync(podman, registry, "1.0");
        Assert.AreEqual("13.99-patched", output[2]);
        Assert.AreEqual($"Version: {version}", output[3]);
    }

    [TestMethod]
    public async Task A_project_with_several_target_frameworks_gets_the_packs_too()
    {
        await using var registry = await RegistryServer.StartAsync(cancellationToken: Token);
        using var project = await Publishing.CreateAsync(ProjectTemplate.Console, "net10.0", "InvariantGlobalization=true");
        await PublishAsync(project, registry, "1.0", "-p:DotNetRuntimeVersion=10.0.12");
        using var operations = await OperationsDirectory.CreateAsync();
        File.Delete(Path.Combine(operations.Path, "images.proj"));
        await File.WriteAllTextAsync(Path.Combine(operations.Path, "images.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFrameworks>net10.0;net9.0</TargetFrameworks></PropertyGroup>
              <ItemGroup><PackageReference Include="BuildpackTasks" Version="{(await PackedPackage.GetAsync()).Version}" /></ItemGroup>
            </Project>
            """, Token);

        // With a cache of its own, which knows no layers.
        var rebased = await operations.RunAsync(
            ["build", "-nologo", "-nodeReuse:false", "-t:RebaseImage", $"-p:Image={registry.Host}/shop/web:1.0", "-p:DotNetRuntimeVersion=10.0.14", $"-p:ImageCacheDirectory={operations.Beside("cache")}"], Token);

        Assert.Contains("1 rebased", rebased.EnsureSuccess().Output);
        Assert.IsEmpty(await new RegistryContents(registry).ProblemsAsync("shop/web", "1.0", Token));
    }

    [TestMethod]
    public async Task A_self_contained_app_is_refused_with_the_reason_and_stays_as_it_is()
    {
        await using var registry = await RegistryServer.StartAsync(cancellationToken: Token);
        using var project = await Publishing.CreateAsync(ProjectTemplate.Console, "net10.0", $"InvariantGlobalization=true;{Publishing.SelfContained}");
        var digest = await PublishAsync(project, registry, "1.0");
        using var operations = await OperationsDirectory.CreateAsync();

        var rebased = await operations.TargetAsync("RebaseImage", Token, [$"-p:Image={registry.Host}/shop/web:1.0", "-p:DotNetRuntimeVersion=10.0.14"]);

        Assert.AreEqual(1, rebased.ExitCode);
        Assert.Contains("error BPT3020", rebased.Output);
        Assert.Contains("self-contained", rebased.Output);
        Assert.AreEqual(digest, await new RegistryContents(registry).DigestOfAsync("shop/web", "1.0", Token));
    }

    [GeneratedRegex(@"(?<name>[a-z0-9][a-z0-9.+-]+) [0-9][^ ,]*(?:,|$)", RegexOptions.ExplicitCapture)]
    private static partial Regex PackageName();

    private static async Task<SdkProject> WebAppAsync()
    {
        var project = await Publishing.CreateAsync(ProjectTemplate.Web, "net10.0", "InvariantGlobalization=true");
        project.Write("Program.cs", Program);
        return project;
    }

    private async Task<string> PublishAsync(SdkProject project, RegistryServer registry, string tag, params string[] more)
    {
        var published = await project.PublishImageAsync(
            Publishing.OnDebian([$"-p:ContainerRegistry={registry.Host}", "-p:ContainerRepository=shop/web", $"-p:ContainerImageTag={tag}", .. more]), cancellationToken: Token);
        published.Command.EnsureSuccess();
        return published.Image["Digest"];
    }

    private async Task<string> InspectAsync(RegistryServer registry, string tag)
    {
        var inspected = await Command.RunAsync("skopeo", ["inspect", "--config", "--tls-verify=false", "--format", "{{(index .History 0).CreatedBy}}", $"docker://{registry.Host}/shop/web:{tag}"], cancellationToken: Token);
        return inspected.EnsureSuccess().Output.Trim();
    }

    private async Task<string[]> RunAsync(Podman podman, RegistryServer registry, string tag)
    {
        var result = await podman.RunAsync($"{registry.Host}/shop/web:{tag}", [], new RunOptions(), Token);
        return result.EnsureSuccess().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
