using System.IO.Compression;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>What is in the package that projects refer to.</summary>
[TestClass]
public sealed partial class PackageContentsTests
{
    private static readonly string[] Tasks =
    [
        "BuildpackTasks.Debian.dll",
        "BuildpackTasks.DotNet.dll",
        "BuildpackTasks.Lifecycle.dll",
        "BuildpackTasks.Oci.dll",
        "BuildpackTasks.Toml.dll",
        "BuildpackTasks.deps.json",
        "BuildpackTasks.dll",
        "NuGet.Versioning.dll",
    ];

    public TestContext TestContext { get; set; } = null!;

    // Above all no assembly of MSBuild, which brings its own, and no lib/, which would give compilers something to refer to.
    [TestMethod]
    public async Task The_package_holds_targets_tasks_and_documentation_and_nothing_else()
    {
        await using var package = await OpenAsync();

        // What NuGet itself adds to every package has names of its own making.
        string[] files =
        [
            .. package.Entries.Select(entry => entry.FullName)
                .Where(name => !name.StartsWith("_rels/", StringComparison.Ordinal)
                    && !name.StartsWith("package/services/metadata/core-properties/", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];

        string[] expected =
        [
            "BuildpackTasks.nuspec",
            "CHANGELOG.md",
            "CONTRIBUTING.md",
            "LICENSE",
            "README.md",
            "Sdk/Sdk.props",
            "Sdk/Sdk.targets",
            "[Content_Types].xml",
            "build/BuildpackTasks.Operations.targets",
            "build/BuildpackTasks.Platforms.targets",
            "build/BuildpackTasks.PublishedFiles.targets",
            "build/BuildpackTasks.RuntimePacks.targets",
            "build/BuildpackTasks.SourcePaths.targets",
            "build/BuildpackTasks.UsingTasks.targets",
            "build/BuildpackTasks.WithoutSdk.targets",
            "build/BuildpackTasks.props",
            "build/BuildpackTasks.targets",
            "buildMultiTargeting/BuildpackTasks.targets",
            .. Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/')).Order(StringComparer.Ordinal),
            .. Tasks.Select(name => $"tasks/net10.0/{name}"),
            "tasks/net10.0/launcher/launcher.dll",
            "tasks/net10.0/launcher/launcher.runtimeconfig.json",
            "tasks/net10.0/launcher/linux-x64/launcher.dll",
            "tasks/net10.0/launcher/linux-x64/launcher.runtimeconfig.json",
            .. Tasks.Select(name => $"tasks/net10.0/linux-x64/{name}"),
        ];
        CollectionAssert.AreEqual(expected, files, string.Join('\n', files));
    }

    [TestMethod]
    public async Task What_its_documentation_links_to_is_in_the_package()
    {
        await using var package = await OpenAsync();
        string[] entries = [.. package.Entries.Select(entry => entry.FullName)];

        var lost = new List<string>();
        foreach (var page in package.Entries.Where(entry => entry.FullName.EndsWith(".md", StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(await page.OpenAsync(TestContext.CancellationToken));
            foreach (Match link in Link().Matches(await reader.ReadToEndAsync(TestContext.CancellationToken)))
            {
                var target = new Uri(new Uri($"package:///{page.FullName}"), link.Groups[1].Value);
                var path = target.AbsolutePath.TrimStart('/');
                if (target.Scheme == "package" && !entries.Any(entry => entry == path || entry.StartsWith(path + "/", StringComparison.Ordinal)))
                {
                    lost.Add($"{page.FullName}: {link.Groups[1].Value}");
                }
            }
        }

        Assert.AreEqual("", string.Join('\n', lost));
    }

    [TestMethod]
    public async Task Projects_that_refer_to_it_pass_nothing_on_to_those_that_refer_to_them()
    {
        await using var package = await OpenAsync();

        var metadata = await MetadataAsync(package);

        Assert.AreEqual("true", Value(metadata, "developmentDependency"));
        Assert.IsNull(Find(metadata, "dependencies"));
        Assert.IsNull(Find(metadata, "frameworkReferences"));
    }

    [TestMethod]
    public async Task It_says_what_it_is_and_under_which_licence()
    {
        await using var package = await OpenAsync();

        var metadata = await MetadataAsync(package);

        Assert.AreEqual("BuildpackTasks", Value(metadata, "id"));
        Assert.AreEqual((await PackedPackage.GetAsync()).Version, Value(metadata, "version"));
        Assert.AreEqual("Apache-2.0", Value(metadata, "license"));
        Assert.AreEqual("expression", Find(metadata, "license")!.Attribute("type")?.Value);
        Assert.AreEqual("README.md", Value(metadata, "readme"));
        Assert.AreNotEqual("", Value(metadata, "description"));
        using var readme = new StreamReader(await package.GetEntry("README.md")!.OpenAsync(TestContext.CancellationToken));
        Assert.AreEqual(
            await File.ReadAllTextAsync(Path.Combine(Repository.Root, "README.md"), TestContext.CancellationToken),
            await readme.ReadToEndAsync(TestContext.CancellationToken));
    }

    [TestMethod]
    [DataRow("tasks/net10.0/")]
    [DataRow("tasks/net10.0/linux-x64/")]
    public async Task Every_assembly_that_the_tasks_say_they_need_is_beside_them_or_is_MSBuilds(string directory)
    {
        await using var package = await OpenAsync();
        await using var stream = await package.GetEntry($"{directory}BuildpackTasks.deps.json")!.OpenAsync(TestContext.CancellationToken);
        using var dependencies = await JsonDocument.ParseAsync(stream, cancellationToken: TestContext.CancellationToken);
        var target = dependencies.RootElement.GetProperty("runtimeTarget").GetProperty("name").GetString()!;

        string[] needed =
        [
            .. dependencies.RootElement.GetProperty("targets").GetProperty(target).EnumerateObject()
                .SelectMany(library => library.Value.TryGetProperty("runtime", out var assemblies) ? assemblies.EnumerateObject() : [])
                .Select(assembly => Path.GetFileName(assembly.Name))
                .Order(StringComparer.Ordinal),
        ];

        string[] expected = [.. Tasks.Where(name => name.EndsWith(".dll", StringComparison.Ordinal))];
        CollectionAssert.AreEqual(expected, needed, string.Join('\n', needed));
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    private static async Task<ZipArchive> OpenAsync()
    {
        var package = await PackedPackage.GetAsync();
        return await ZipFile.OpenReadAsync(Path.Combine(package.Feed, $"BuildpackTasks.{package.Version}.nupkg"));
    }

    private async Task<XElement> MetadataAsync(ZipArchive package)
    {
        await using var stream = await package.GetEntry("BuildpackTasks.nuspec")!.OpenAsync(TestContext.CancellationToken);
        var document = await XDocument.LoadAsync(stream, LoadOptions.None, TestContext.CancellationToken);
        return document.Root!.Elements().Single(element => element.Name.LocalName == "metadata");
    }

    private static XElement? Find(XElement metadata, string name) => metadata.Elements().SingleOrDefault(element => element.Name.LocalName == name);

    private static string? Value(XElement metadata, string name) => Find(metadata, name)?.Value;
}
