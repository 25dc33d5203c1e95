using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>Solutions whose projects are not all apps.</summary>
[TestClass]
public sealed class SolutionTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task Publishing_a_solution_makes_the_image_of_its_app_and_passes_over_the_rest()
    {
        var package = await PackedPackage.GetAsync();
        using var app = await SdkProject.CreateAsync(ProjectTemplate.Console, new ProjectOptions
        {
            Name = "Till",
            More = """<ItemGroup><ProjectReference Include="../Coins/Coins.csproj" /></ItemGroup>""",
        });
        app.Write("../Coins/Coin.cs", "public sealed record Coin(int Value);\n");
        app.Write("../Coins/Coins.csproj", ProjectText(package, ""));
        app.Write("../Coins.Tests/CoinTests.cs", "System.Console.WriteLine(new Coin(1));\n");
        app.Write("../Coins.Tests/Coins.Tests.csproj", ProjectText(package, """
            <OutputType>Exe</OutputType>
                <IsTestProject>true</IsTestProject>
            """, """<ProjectReference Include="../Coins/Coins.csproj" />"""));
        var solution = app.Write("../Till.slnx", """
            <Solution>
              <Project Path="Coins/Coins.csproj" />
              <Project Path="Till/Till.csproj" />
              <Project Path="Coins.Tests/Coins.Tests.csproj" />
            </Solution>

            """);
        var layout = app.Beside("layout");

        var published = await app.DotNetAsync(
            ["publish", solution, "-nodeReuse:false", "-p:PublishImage=true", "-p:RunImage=scratch", $"-p:ImageLayoutPath={layout}"], cancellationToken: TestContext.CancellationToken);

        published.EnsureSuccess();
        string[] lines = [.. published.Output.Split('\n').Select(static line => line.Trim())];
        Assert.HasCount(1, lines.Where(static line => line.StartsWith("Written to ", StringComparison.Ordinal)), published.All);
        Assert.Contains("Till: till for linux/amd64 on scratch", lines, published.All);
        Assert.DoesNotContain("BPT", published.Output);
        Assert.DoesNotContain("warning ", published.Output);
    }

    private static string ProjectText(PackedPackage package, string properties, string items = "") => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            {properties}
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="BuildpackTasks" Version="{package.Version}" PrivateAssets="all" />
            {items}
          </ItemGroup>
        </Project>

        """;
}
