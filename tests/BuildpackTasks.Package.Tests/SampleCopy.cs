using System.Text.Json;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>A copy of the samples that gets its tasks from the packed package.</summary>
internal sealed class SampleCopy : IDisposable
{
    private readonly TemporaryDirectory directory = new();
    private readonly string name;

    private SampleCopy(PackedPackage package, string name)
    {
        this.name = name;
        foreach (var project in (string[])["Web", "Catalog"])
        {
            Copy(Path.Combine(Repository.Root, "samples", project), directory.CreateDirectory(Path.Combine(name, project)));
        }

        Write("Directory.Build.props", """
            <Project>
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <InvariantGlobalization>true</InvariantGlobalization>
                <RunImage Condition="'$(RunImage)' == ''">debian://trixie</RunImage>
              </PropertyGroup>
            </Project>

            """);
        Write("Directory.Build.targets", $"""
            <Project>
              <ItemGroup>
                <PackageReference Include="BuildpackTasks" Version="{package.Version}" PrivateAssets="all" />
              </ItemGroup>
            </Project>

            """);
        // Whoever publishes can read what belongs to the copy.
        Copy(package.Feed, directory.CreateDirectory(Path.Combine(name, "feed")));
        Write("NuGet.config", """
            <configuration>
              <packageSources>
                <add key="buildpacktasks-test" value="feed" />
              </packageSources>
            </configuration>

            """);
    }

    /// <summary>The directory that is its alone, above the copied projects.</summary>
    public string Root => directory.Path;

    public string WebDirectory => directory.Combine(name, "Web");

    /// <summary>Copies the samples.</summary>
    /// <param name="name">The directory that holds them, below one of their own.</param>
    public static async Task<SampleCopy> CreateAsync(string name = "samples") => new(await PackedPackage.GetAsync(), name);

    public string Beside(string name) => directory.Combine("out", name);

    /// <summary>Publishes the image of <c>Web</c>.</summary>
    /// <returns>Its digest, and what the publish said.</returns>
    public async Task<(string Digest, string Log)> PublishAsync(
        IEnumerable<string> arguments, Surroundings surroundings, CancellationToken cancellationToken)
    {
        var items = directory.Combine($"{Guid.NewGuid():N}.json");
        string[] publish =
        [
            "dotnet", "publish", WebDirectory, "-nodeReuse:false", "-p:PublishImage=true", "-p:UseSharedCompilation=false",
            "-getItem:PublishedImage", $"-getResultOutputFile:{items}", .. arguments,
        ];
        var result = await surroundings.RunAsync(publish, directory.Path, cancellationToken);
        result.EnsureSuccess();
        using var document = JsonDocument.Parse(await File.ReadAllTextAsync(items, cancellationToken));
        return (document.RootElement.GetProperty("Items").GetProperty("PublishedImage")[0].GetProperty("Digest").GetString()!, result.All);
    }

    /// <summary>Gives all files of the copy a time.</summary>
    public void Touch(DateTime time)
    {
        foreach (var file in Directory.EnumerateFiles(directory.Combine(name), "*", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(file, time);
        }
    }

    public void Dispose() => directory.Dispose();

    private void Write(string file, string text) => directory.Write(Path.Combine(name, file), text);

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
