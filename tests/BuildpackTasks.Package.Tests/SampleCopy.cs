using System.Text.Json;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>A copy of the samples that gets its tasks from the packed package.</summary>
internal sealed class SampleCopy : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    private SampleCopy(PackedPackage package)
    {
        foreach (var name in (string[])["Web", "Catalog"])
        {
            Copy(Path.Combine(Repository.Root, "samples", name), directory.CreateDirectory(name));
        }

        directory.Write("Directory.Build.props", """
            <Project>
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <InvariantGlobalization>true</InvariantGlobalization>
                <RunImage>debian://trixie</RunImage>
              </PropertyGroup>
            </Project>

            """);
        directory.Write("Directory.Build.targets", $"""
            <Project>
              <ItemGroup>
                <PackageReference Include="BuildpackTasks" Version="{package.Version}" PrivateAssets="all" />
              </ItemGroup>
            </Project>

            """);
        directory.Write("NuGet.config", $"""
            <configuration>
              <packageSources>
                <add key="buildpacktasks-test" value="{package.Feed}" />
              </packageSources>
            </configuration>

            """);
    }

    public string WebDirectory => directory.Combine("Web");

    public static async Task<SampleCopy> CreateAsync() => new(await PackedPackage.GetAsync());

    public string Beside(string name) => directory.Combine("out", name);

    /// <summary>Publishes the image of <c>Web</c>.</summary>
    /// <returns>Its digest.</returns>
    public async Task<string> PublishAsync(
        IEnumerable<string> arguments,
        IEnumerable<KeyValuePair<string, string?>> environment,
        CancellationToken cancellationToken,
        string umask = "022")
    {
        var items = directory.Combine($"{Guid.NewGuid():N}.json");
        string[] publish =
        [
            "dotnet", "publish", WebDirectory, "-nodeReuse:false", "-p:PublishImage=true", "-p:UseSharedCompilation=false",
            "-getItem:PublishedImage", $"-getResultOutputFile:{items}", .. arguments,
        ];
        var result = await Command.RunAsync(
            "sh",
            ["-c", $"umask {umask} && exec \"$@\"", "sh", .. publish],
            directory.Path,
            [new("MSBUILDDISABLENODEREUSE", "1"), .. environment],
            TimeSpan.FromMinutes(10),
            cancellationToken);
        result.EnsureSuccess();
        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(items, cancellationToken));
        return document.RootElement.GetProperty("Items").GetProperty("PublishedImage")[0].GetProperty("Digest").GetString()!;
    }

    public void Dispose() => directory.Dispose();

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(from, file);
            if (name.StartsWith("bin/", StringComparison.Ordinal) || name.StartsWith("obj/", StringComparison.Ordinal))
            {
                continue;
            }

            var copy = Path.Combine(to, name);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
