using System.Globalization;
using System.Text.Json;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>The same sources give the same image.</summary>
[TestClass]
public sealed class ReproducibilityTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task The_same_sources_give_the_same_digest_wherever_whenever_and_by_whomever_they_are_published()
    {
        using var runImage = await DotNetImageAsync();
        using var here = await SampleCopy.CreateAsync("here");
        using var there = await SampleCopy.CreateAsync("another directory/whose=name is much longer");
        there.Touch(new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        var elsewhere = new Surroundings
        {
            Umask = "077",
            Clock = "+30h",
            OtherHome = Path.Combine(there.Root, "home"),
            Environment = new Dictionary<string, string>
            {
                ["TZ"] = "Pacific/Kiritimati",
                ["LC_ALL"] = "tr_TR.UTF-8",
                ["LANG"] = "tr_TR.UTF-8",
                ["DOTNET_PROCESSOR_COUNT"] = "1",
                ["CI"] = "true",
            },
        };

        var first = await PublishAsync(here, runImage, "first", new Surroundings());
        var second = await PublishAsync(there, runImage, "second", elsewhere);
        // Now everything is newer than what was built of it.
        here.Touch(DateTime.UtcNow);
        var third = await PublishAsync(here, runImage, "third", new Surroundings { Umask = "077" });

        Assert.AreEqual(first.Digest, second.Digest);
        Assert.AreEqual(first.Digest, third.Digest);
        Assert.DoesNotContain(" created", third.Log);
        Assert.Contains(" reused", third.Log);
    }

    [TestMethod]
    public async Task An_asset_that_changes_without_growing_is_another_to_every_cache()
    {
        using var runImage = await DotNetImageAsync();
        using var sample = await SampleCopy.CreateAsync();
        var style = Path.Combine(sample.WebDirectory, "wwwroot", "site.css");
        var text = await File.ReadAllTextAsync(style, TestContext.CancellationToken);

        await PublishAsync(sample, runImage, "before", new Surroundings());
        await File.WriteAllTextAsync(style, text.Replace("body", "main", StringComparison.Ordinal), TestContext.CancellationToken);
        File.SetLastWriteTimeUtc(style, DateTime.UtcNow);
        await PublishAsync(sample, runImage, "after", new Surroundings());

        var before = await ReadAsync(sample, "before", "app/wwwroot/site.css");
        var after = await ReadAsync(sample, "after", "app/wwwroot/site.css");
        Assert.AreEqual(before.Text.Length, after.Text.Length);
        Assert.AreNotEqual(before.Text, after.Text);
        Assert.AreNotEqual(before.Time, after.Time);
        foreach (var name in (string[])["before", "after"])
        {
            foreach (var asset in (string[])["site.css", "site.css.gz", "site.css.br", "index.html"])
            {
                // What MapStaticAssets answers is what other middleware reads from the file.
                var file = await ReadAsync(sample, name, $"app/wwwroot/{asset}");
                Assert.AreEqual(file.Time, await StatedTimeAsync(sample, name, asset), $"{name} {asset}");
            }
        }
    }

    [TestMethod]
    [DataRow(ProjectTemplate.FSharpConsole, "")]
    [DataRow(ProjectTemplate.Console, "RuntimeIdentifier=linux-x64;SelfContained=true;PublishSingleFile=true;PublishTrimmed=true;PublishReadyToRun=true")]
    public async Task Other_languages_and_native_code_are_the_same_in_every_directory(ProjectTemplate template, string properties)
    {
        using var runImage = await DotNetImageAsync();
        var options = new ProjectOptions
        {
            Properties = properties.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(property => property.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]),
        };
        using var first = await SdkProject.CreateAsync(template, options);
        using var second = await SdkProject.CreateAsync(template, options);
        string[] arguments = [$"-p:RunImage=oci:{runImage.Combine("image")}:run", "-p:InvariantGlobalization=true"];

        var one = await first.PublishImageAsync([.. arguments, $"-p:ImageLayoutPath={first.Beside("layout")}"], cancellationToken: TestContext.CancellationToken);
        // A build that was not for an image, with the paths of this machine in it, is not taken for one.
        (await second.DotNetAsync(["build", second.ProjectFile, "-nodeReuse:false", "-c", "Release"], cancellationToken: TestContext.CancellationToken)).EnsureSuccess();
        var other = await second.PublishImageAsync(
            [.. arguments, $"-p:ImageLayoutPath={second.Beside("layout")}"], [new("DOTNET_PROCESSOR_COUNT", "1")], TestContext.CancellationToken);

        Assert.AreEqual(one.Image["Digest"], other.Image["Digest"]);
    }

    private Task<(string Digest, string Log)> PublishAsync(SampleCopy sample, TemporaryDirectory runImage, string name, Surroundings surroundings) =>
        sample.PublishAsync(
            [$"-p:ImageLayoutPath={sample.Beside(name)}", $"-p:RunImage=oci:{runImage.Combine("image")}:run"],
            surroundings,
            TestContext.CancellationToken);

    private Task<(DateTimeOffset Time, string Text)> ReadAsync(SampleCopy sample, string name, string path) =>
        LayoutFiles.ReadAsync(sample.Beside(name), path, TestContext.CancellationToken);

    private async Task<DateTimeOffset> StatedTimeAsync(SampleCopy sample, string name, string asset)
    {
        var manifest = await ReadAsync(sample, name, "app/Web.staticwebassets.endpoints.json");
        using var document = JsonDocument.Parse(manifest.Text);
        var stated = document.RootElement.GetProperty("Endpoints").EnumerateArray()
            .Where(endpoint => endpoint.GetProperty("AssetFile").GetString() == asset)
            .SelectMany(endpoint => endpoint.GetProperty("ResponseHeaders").EnumerateArray())
            .Where(header => header.GetProperty("Name").GetString() == "Last-Modified")
            .Select(header => header.GetProperty("Value").GetString()!)
            .Distinct();
        return DateTimeOffset.ParseExact(stated.Single(), "R", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
    }

    // A run image that says that it has .NET: nothing of it is read, and nothing has to be fetched.
    private async Task<TemporaryDirectory> DotNetImageAsync()
    {
        var directory = new TemporaryDirectory();
        string[][] steps =
        [
            ["init", "--layout", directory.Combine("image")],
            ["new", "--image", directory.Combine("image") + ":run"],
            ["config", "--image", directory.Combine("image") + ":run", "--config.env", "DOTNET_VERSION=10.0.12", "--config.env", "ASPNET_VERSION=10.0.12"],
        ];
        foreach (var step in steps)
        {
            (await Command.RunAsync("umoci", step, cancellationToken: TestContext.CancellationToken)).EnsureSuccess();
        }

        // Another user reads it, too.
        (await Command.RunAsync("chmod", ["-R", "a+rX", directory.Path], cancellationToken: TestContext.CancellationToken)).EnsureSuccess();
        return directory;
    }
}
