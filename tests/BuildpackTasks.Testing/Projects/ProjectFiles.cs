using System.Security;

namespace BuildpackTasks.Testing;

/// <summary>The texts of created projects.</summary>
internal static class ProjectFiles
{
    // The first one that all feeds have whole, for every target framework in use.
    private const string HostingVersion = "10.0.14";

    public static string ProjectFile(ProjectTemplate template, ProjectOptions options, PackedPackage package)
    {
        var properties = new Dictionary<string, string>
        {
            ["TargetFramework"] = options.TargetFramework,
            ["ImplicitUsings"] = "enable",
            ["Nullable"] = "enable",
            ["OutputType"] = template is ProjectTemplate.Library ? "Library" : "Exe",
        };
        foreach (var (name, value) in options.Properties)
        {
            properties[name] = value;
        }

        var packages = new SortedDictionary<string, string>(options.Packages.ToDictionary(), StringComparer.Ordinal);
        if (template is ProjectTemplate.Worker)
        {
            packages.TryAdd("Microsoft.Extensions.Hosting", HostingVersion);
        }

        var sdk = template switch
        {
            ProjectTemplate.Web => "Microsoft.NET.Sdk.Web",
            ProjectTemplate.Worker => "Microsoft.NET.Sdk.Worker",
            _ => "Microsoft.NET.Sdk",
        };
        return $"""
            <Project Sdk="{sdk}">
              <PropertyGroup>
            {Lines(properties.Select(property => $"    <{property.Key}>{SecurityElement.Escape(property.Value)}</{property.Key}>"))}
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="BuildpackTasks" Version="{package.Version}" PrivateAssets="all" />
            {Lines(packages.Select(item => $"""    <PackageReference Include="{item.Key}" Version="{item.Value}" />"""))}
            {(template is ProjectTemplate.FSharpConsole ? """    <Compile Include="Program.fs" />""" : "")}
              </ItemGroup>
            {options.More}
            </Project>

            """;
    }

    public static string NuGetConfig(PackedPackage package) => $"""
        <?xml version="1.0" encoding="utf-8"?>
        <configuration>
          <packageSources>
            <add key="buildpacktasks-test" value="{package.Feed}" />
          </packageSources>
        </configuration>

        """;

    /// <summary>The template's source files, by path.</summary>
    public static IEnumerable<(string Path, string Text)> Sources(ProjectTemplate template) => template switch
    {
        ProjectTemplate.Web =>
        [
            ("Program.cs", """
                var app = WebApplication.CreateBuilder(args).Build();
                app.UseStaticFiles();
                app.MapGet("/", () => System.Runtime.InteropServices.RuntimeInformation.FrameworkDescription);
                app.Run();

                """),
            ("wwwroot/site.css", "body { color: green; }\n"),
        ],
        ProjectTemplate.Worker =>
        [
            ("Program.cs", """
                var builder = Host.CreateApplicationBuilder(args);
                builder.Services.AddHostedService<Worker>();
                builder.Build().Run();

                internal sealed class Worker(ILogger<Worker> logger) : BackgroundService
                {
                    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
                    {
                        logger.LogInformation("working");
                        await Task.Delay(Timeout.Infinite, stoppingToken);
                    }
                }

                """),
        ],
        ProjectTemplate.Console => [("Program.cs", "Console.WriteLine($\"hello {string.Join(' ', args)}\");\n")],
        ProjectTemplate.FSharpConsole =>
        [
            ("Program.fs", """
                [<EntryPoint>]
                let main args =
                    printfn "hello %s" (String.concat " " args)
                    0

                """),
        ],
        _ => [("Thing.cs", "namespace Things;\n\npublic sealed record Thing(string Name);\n")],
    };

    private static string Lines(IEnumerable<string> lines) => string.Join('\n', lines);
}
