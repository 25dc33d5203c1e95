using System.Text.Json;
using BuildpackTasks.Testing;
using NuGet.Versioning;

namespace BuildpackTasks.DotNet.Tests;

/// <summary>Projects outside the repository that import the targets files of sdk-props, as the package does.</summary>
internal sealed class Workspace : IDisposable
{
    private const string Packages = """
        <PackageReference Include="Newtonsoft.Json" Version="13.0.3" />
        <PackageReference Include="System.CommandLine" Version="2.0.0-beta4.22272.1" />
        """;

    private readonly TemporaryDirectory directory = new();

    public Workspace()
    {
        directory.Write("Directory.Build.targets", $"""
            <Project>
              <Import Project="{Repository.Root}/sdk-props/BuildpackTasks.PublishedFiles.targets" />
              <Import Project="{Repository.Root}/sdk-props/BuildpackTasks.RuntimePacks.targets" />
              <Target Name="Collect" AfterTargets="Publish" DependsOnTargets="_CollectImageFiles" />
            </Project>
            """);
        directory.Write("Lib/Lib.csproj", Project("Microsoft.NET.Sdk", "Library", """<Content Include="lib.txt" CopyToOutputDirectory="PreserveNewest" />"""));
        directory.Write("Lib/lib.txt", "copied with the library\n");
        directory.Write("Lib/Lib.cs", "namespace Lib; public static class Numbers { public static string Text(int number) => $\"number {number}\"; }\n");
        directory.Write("Web/Web.csproj", Project("Microsoft.NET.Sdk.Web", "Exe", Packages + """
            <PackageReference Include="SQLitePCLRaw.lib.e_sqlite3" Version="2.0.6" />
            <ProjectReference Include="../Lib/Lib.csproj" />
            """));
        directory.Write("Web/Program.cs", "var app = Microsoft.AspNetCore.Builder.WebApplication.CreateBuilder(args).Build();\nSystem.Console.WriteLine(Lib.Numbers.Text(3));\nawait app.RunAsync();\n");
        directory.Write("Web/wwwroot/css/site.css", "body { color: green; }\n");
        directory.Write("Con/Con.csproj", Project("Microsoft.NET.Sdk", "Exe", Packages + """<ProjectReference Include="../Lib/Lib.csproj" />"""));
        directory.Write("Con/Program.cs", "System.Console.WriteLine(Newtonsoft.Json.JsonConvert.SerializeObject(Lib.Numbers.Text(3)) + new System.CommandLine.RootCommand(\"x\").Description);\n");
    }

    public string Combine(params string[] names) => directory.Combine(names);

    /// <summary>Publishes a project and gives what the targets say of its files.</summary>
    public async Task<IReadOnlyList<PublishedFile>> PublishAsync(string project, params IEnumerable<string> arguments)
    {
        string items = Combine($"{project}-{Guid.NewGuid():n}.json");
        await DotNetAsync(["publish", Combine(project), "-c", "Release", "-o", PublishDirectory(project), "-getItem:_ImageFile", $"-getResultOutputFile:{items}", .. arguments]);
        return [.. Items(await File.ReadAllTextAsync(items), "_ImageFile").Select(static item => new PublishedFile(item["Identity"])
        {
            PackageId = item.GetValueOrDefault("NuGetPackageId") is { Length: > 0 } id ? id : null,
            PackageVersion = item.GetValueOrDefault("NuGetPackageVersion") is { Length: > 0 } version ? NuGetVersion.Parse(version) : null,
            IsRuntimePack = item.GetValueOrDefault("IsRuntimePack") == "true",
            IsProjectReference = item.GetValueOrDefault("IsProjectReference") == "true",
            IsStaticWebAsset = item.GetValueOrDefault("IsStaticWebAsset") == "true",
            IsTransformed = item.GetValueOrDefault("IsTransformed") == "true",
        })];
    }

    /// <summary>Has the targets get packs for a project that was restored before.</summary>
    public async Task<IReadOnlyList<ResolvedPack>> ResolveAsync(string project, IEnumerable<RequiredPack> packs, params IEnumerable<string> arguments)
    {
        directory.Write($"{project}/{project}.csproj.user", $"""
            <Project><ItemGroup>
            {string.Join('\n', packs.Select(static pack => $"""<_ImageRequiredPack Include="{pack.Id}" Version="{pack.Version.ToNormalizedString()}" />"""))}
            </ItemGroup></Project>
            """);
        string items = Combine($"{project}-{Guid.NewGuid():n}.json");
        await DotNetAsync(["msbuild", Combine(project), "-p:Configuration=Release", "-t:_ResolveImagePacks", "-getItem:_ImageResolvedPack", $"-getResultOutputFile:{items}", .. arguments]);
        return [.. Items(await File.ReadAllTextAsync(items), "_ImageResolvedPack").Select(static item => new ResolvedPack(new RequiredPack(item["Identity"], NuGetVersion.Parse(item["Version"])), item["PackageDirectory"]))];
    }

    public async Task<CommandResult> DotNetAsync(IEnumerable<string> arguments, bool succeeds = true)
    {
        // Leaves no process behind, and knows nothing of the build that runs the tests.
        var environment = new Dictionary<string, string?>
        {
            ["MSBUILDDISABLENODEREUSE"] = "1",
            ["UseSharedCompilation"] = "false",
            ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0",
            ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
            ["MSBuildSDKsPath"] = null,
            ["MSBuildExtensionsPath"] = null,
            ["MSBUILD_EXE_PATH"] = null,
        };
        CommandResult result = await Command.RunAsync("dotnet", [.. arguments, "-nodeReuse:false"], directory.Path, environment);
        return succeeds ? result.EnsureSuccess() : result;
    }

    public string PublishDirectory(string project) => Combine("out", project);

    public PublishedProject Published(string project, IReadOnlyList<PublishedFile> files) => new()
    {
        AssemblyName = project,
        TargetFileName = $"{project}.dll",
        RuntimeIdentifier = RuntimeIdentifier.Parse("linux-x64"),
        Files = files,
        RuntimeConfigPath = Combine(project, "bin", "Release", "net10.0", "linux-x64", $"{project}.runtimeconfig.json"),
    };

    public void Dispose() => directory.Dispose();

    private static string Project(string sdk, string outputType, string items) => $"""
        <Project Sdk="{sdk}">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <OutputType>{outputType}</OutputType>
            <SatelliteResourceLanguages>de</SatelliteResourceLanguages>
            <SuppressTrimAnalysisWarnings>true</SuppressTrimAnalysisWarnings>
            <NoWarn>$(NoWarn);NETSDK1206;IL2104</NoWarn>
          </PropertyGroup>
          <ItemGroup>
            {items}
          </ItemGroup>
        </Project>
        """;

    private static IEnumerable<Dictionary<string, string>> Items(string json, string name)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.GetProperty("Items").GetProperty(name).EnumerateArray().Select(static item =>
            item.EnumerateObject().ToDictionary(static property => property.Name, static property => property.Value.GetString() ?? ""))];
    }
}
