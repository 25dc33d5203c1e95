using System.Text;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>Buildpacks that change the app's files.</summary>
[TestClass]
public sealed class AppFilesTests
{
    private static readonly Slice Static = new("static", ["wwwroot"], FileTimes.FromContent);

    [TestMethod]
    public async Task A_changed_file_is_in_the_image_and_the_publish_directory_stays_as_it_is()
    {
        using var scenario = new Scenario();
        var large = new string('x', 100_000);

        ExportedImage exported = await scenario.PublishAsync(
            new ExportSettings(),
            Changing("first", new() { ["Web.dll"] = "lost", ["wwwroot/site.css"] = "a{}" }),
            Changing("second", new() { ["Web.dll"] = "changed", ["wwwroot/new.js"] = "added", ["Package.dll"] = large, ["Web"] = "#!" }, "Web"));

        Assert.AreEqual($"""
            755 0:0 app/
            755 0:0 app/wwwroot/
            644 0:0 app/wwwroot/new.js = added @{Time("added")}
            644 0:0 app/wwwroot/site.css = a{"{}"} @{Time("a{}")}

            """, await LayerReader.ListAsync(exported.Layers[0].Layer));
        Assert.AreEqual($"""
            755 0:0 app/
            644 0:0 app/Package.dll = {large}
            755 0:0 app/Web = #!
            644 0:0 app/Web.dll = changed
            755 0:0 app/de/
            644 0:0 app/de/Package.resources.dll = a package in German

            """, await LayerReader.ListAsync(exported.Layers[1].Layer));
        Assert.AreEqual("the app", await File.ReadAllTextAsync(scenario.Below("app/Web.dll")));
        Assert.IsFalse(File.Exists(scenario.Below("app/wwwroot/new.js")));
    }

    [TestMethod]
    public async Task A_change_is_not_there_any_more_when_the_next_build_does_not_make_it()
    {
        using var scenario = new Scenario();
        await scenario.PublishAsync(new ExportSettings(), Changing("a", new() { ["Web.dll"] = "changed" }));

        ExportedImage exported = await scenario.PublishAsync(new ExportSettings(), Changing("a", []));

        Assert.Contains("app/Web.dll = the app\n", await LayerReader.ListAsync(exported.Layers[^1].Layer));
    }

    [TestMethod]
    [DataRow("../secret")]
    [DataRow("/etc/passwd")]
    [DataRow("wwwroot/")]
    [DataRow("a//b")]
    [DataRow("")]
    public async Task A_path_that_is_not_one_of_a_file_in_the_app_is_refused(string path)
    {
        using var scenario = new Scenario();

        var error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => scenario.DetectAndBuildAsync(Changing("a", new() { [path] = "x" })));

        Assert.AreEqual("BPT2021", error.Code);
        Assert.Contains($"changes '{path}', which is not the path of a file in the app directory", error.Message);
    }

    private static FakeBuildpack Changing(string id, Dictionary<string, string> files, params string[] executables) => new(id)
    {
        Build = _ => new BuildResult
        {
            AppFiles = files.ToDictionary(static file => file.Key, static file => FileContent.FromBytes(Encoding.UTF8.GetBytes(file.Value))),
            Slices = id == "first" ? [Static] : [],
            Executables = executables.ToHashSet(),
        },
    };

    private static long Time(string content) => ContentTime.Of(Digest.Of(Encoding.UTF8.GetBytes(content))).ToUnixTimeSeconds();
}
