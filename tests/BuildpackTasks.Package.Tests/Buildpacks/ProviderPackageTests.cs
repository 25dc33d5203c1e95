using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>Packages that bring a buildpack, or a layer made of items alone, in the publish of a project that refers to them.</summary>
[TestClass]
public sealed class ProviderPackageTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public async Task A_package_reference_brings_a_buildpack_and_another_a_layer()
    {
        using var feed = await ProviderFeed.PackAsync(TestContext.CancellationToken);
        using var project = await SdkProject.CreateAsync(ProjectTemplate.Console, new ProjectOptions
        {
            Packages = new Dictionary<string, string> { ["Samples.Almanac"] = feed.Version, ["Samples.Seeds"] = feed.Version },
        });
        project.Write("NuGet.config", $"""<configuration><packageSources><add key="providers" value="{feed.Path}" /></packageSources></configuration>""");
        project.Write("Program.cs", await File.ReadAllTextAsync(Path.Combine(Repository.Root, "samples", "Garden", "Program.cs"), TestContext.CancellationToken));

        string layout = project.Beside("layout");
        PublishResult first = await project.PublishImageAsync(Publishing.OnDebian($"-p:ImageLayoutPath={layout}"), cancellationToken: TestContext.CancellationToken);
        Assert.AreEqual(0, first.Command.ExitCode, first.Command.All);
        ImageInLayout image = await ImageInLayout.ReadAsync(layout, TestContext.CancellationToken);
        PublishResult second = await project.PublishImageAsync(Publishing.OnDebian($"-p:ImageLayoutPath={layout}"), cancellationToken: TestContext.CancellationToken);

        Assert.Contains("[samples/almanac] Writing the almanac", first.Command.All);
        Assert.AreEqual("almanac app apphost debian://trixie dotnet-runtime seeds", string.Join(' ', image.LayerNames.Order(StringComparer.Ordinal)));
        // Whatever modes NuGet gave them when it unpacked the package: what it holds decides.
        Assert.AreEqual("644", Convert.ToString((int)await image["seeds"].ModeAsync("/opt/seeds/seeds.csv", TestContext.CancellationToken), 8));
        Assert.AreEqual(image.Digest, (await ImageInLayout.ReadAsync(layout, TestContext.CancellationToken)).Digest, second.Command.All);
        await using var podman = new Podman();
        CommandResult run = await podman.RunAsync($"oci:{layout}:latest", cancellationToken: TestContext.CancellationToken);
        Assert.AreEqual("spring: sow\nsummer: water\nautumn: harvest\nwinter: rest\nbean: 3 cm deep\ncarrot: 1 cm deep\npumpkin: 4 cm deep\n", run.EnsureSuccess().Output);
    }

    [TestMethod]
    [DataRow("""<ImageLayer Include="agent" TargetPath="/opt" />""", "BPT5015", "The ImageLayer item 'agent' cannot be used: set its Source metadata to a file or a directory.")]
    [DataRow("""<ImageLayer Include="agent" Source="missing" TargetPath="/opt" />""", "BPT2185", "The ImageLayer 'agent' has the Source 'PROJECT/missing', which is not there or is empty.")]
    [DataRow("""<Buildpack Include="./missing" />""", "BPT2170", "There is no buildpack './missing'")]
    [DataRow("""<Buildpack Include="buildpacktasks/missing" />""", "BPT5016", "'buildpacktasks/missing'")]
    public async Task An_item_that_names_nothing_is_a_coded_error(string item, string code, string message)
    {
        using var project = await SdkProject.CreateAsync(ProjectTemplate.Console, new ProjectOptions { More = $"<ItemGroup>{item}</ItemGroup>" });

        PublishResult published = await project.PublishImageAsync(Publishing.OnDebian($"-p:ImageLayoutPath={project.Beside("layout")}"), cancellationToken: TestContext.CancellationToken);

        Assert.AreEqual(1, published.Command.ExitCode, published.Command.All);
        Assert.Contains($"error {code}", published.Command.All);
        Assert.Contains(message.Replace("PROJECT", project.Directory, StringComparison.Ordinal), published.Command.All);
        Assert.IsFalse(Directory.Exists(project.Beside("layout")));
    }
}
