using BuildpackTasks.Lifecycle;

namespace BuildpackTasks.DotNet.Tests;

/// <summary>Real publishes, classified by the targets file that the package brings.</summary>
[TestClass]
public sealed class PublishedFilesTests
{
    [TestMethod]
    public async Task Every_file_of_a_web_app_is_classified()
    {
        using var workspace = new Workspace();

        IReadOnlyList<PublishedFile> files = await workspace.PublishAsync("Web", "-r", "linux-x64", "--no-self-contained");

        Assert.AreEqual(
            """
            apphost: Web
            packages: Newtonsoft.Json.dll libe_sqlite3.so
            early-packages: Lib.dll Lib.pdb System.CommandLine.dll de/System.CommandLine.resources.dll
            static: wwwroot/css/site.css wwwroot/css/site.css.br wwwroot/css/site.css.gz
            app: Web.deps.json Web.dll Web.pdb Web.runtimeconfig.json Web.staticwebassets.endpoints.json lib.txt
            """,
            await SlicesAsync(workspace, "Web", files));

        // The same again without building: what the build knows is not lost.
        Assert.AreEqual(Text(files), Text(await workspace.PublishAsync("Web", "-r", "linux-x64", "--no-self-contained", "--no-build")));
    }

    [TestMethod]
    public async Task The_runtime_of_a_self_contained_app_is_apart_and_trimmed_files_are_apart_from_untouched_ones()
    {
        using var workspace = new Workspace();

        string[] plain = (await SlicesAsync(workspace, "Con", await workspace.PublishAsync("Con", "-r", "linux-x64", "--self-contained"))).Split('\n');

        Assert.AreEqual("runtime apphost packages early-packages app", string.Join(' ', plain.Select(static line => line.Split(':')[0])));
        StringAssert.Contains(plain[0], " System.Private.CoreLib.dll ");
        StringAssert.Contains(plain[0], " libcoreclr.so ");
        Assert.AreEqual("apphost: Con", plain[1]);
        Assert.AreEqual("packages: Newtonsoft.Json.dll", plain[2]);
        Assert.AreEqual("app: Con.deps.json Con.dll Con.pdb Con.runtimeconfig.json lib.txt", plain[4]);

        Directory.Delete(workspace.PublishDirectory("Con"), recursive: true);
        string[] trimmed = (await SlicesAsync(workspace, "Con", await workspace.PublishAsync("Con", "-r", "linux-x64", "--self-contained", "-p:PublishTrimmed=true"))).Split('\n');

        Assert.AreEqual("runtime apphost early-packages trimmed app", string.Join(' ', trimmed.Select(static line => line.Split(':')[0])));
        StringAssert.Contains(trimmed[0], " libcoreclr.so ");
        Assert.DoesNotContain(".dll", trimmed[0]);
        Assert.AreEqual("early-packages: Lib.dll Lib.pdb de/System.CommandLine.resources.dll", trimmed[2]);
        StringAssert.Contains(trimmed[3], " Newtonsoft.Json.dll ");
        StringAssert.Contains(trimmed[3], " System.Private.CoreLib.dll ");
        Assert.AreEqual(plain[4], trimmed[4]);
    }

    [TestMethod]
    public async Task Compiling_ahead_of_time_leaves_a_package_what_it_is()
    {
        using var workspace = new Workspace();

        IReadOnlyList<PublishedFile> files = await workspace.PublishAsync("Con", "-r", "linux-x64", "--no-self-contained", "-p:PublishReadyToRun=true");
        byte[] before = await File.ReadAllBytesAsync(Path.Combine(workspace.PublishDirectory("Con"), "Newtonsoft.Json.dll"));
        await File.WriteAllTextAsync(workspace.Combine("Con", "Program.cs"), "System.Console.WriteLine(Newtonsoft.Json.Linq.JObject.Parse(\"{}\"));\n");
        Directory.Delete(workspace.Combine("Con", "obj"), recursive: true);
        await workspace.PublishAsync("Con", "-r", "linux-x64", "--no-self-contained", "-p:PublishReadyToRun=true");
        byte[] after = await File.ReadAllBytesAsync(Path.Combine(workspace.PublishDirectory("Con"), "Newtonsoft.Json.dll"));

        Assert.AreEqual("packages: Newtonsoft.Json.dll", (await SlicesAsync(workspace, "Con", files)).Split('\n')[1]);
        Assert.AreSequenceEqual(before, after);
    }

    [TestMethod]
    public async Task A_single_file_is_the_app_and_says_which_frameworks_it_needs()
    {
        using var workspace = new Workspace();

        IReadOnlyList<PublishedFile> files = await workspace.PublishAsync("Con", "-r", "linux-x64", "--no-self-contained", "-p:PublishSingleFile=true");

        Assert.AreEqual("early-packages: Lib.pdb\napp: Con Con.pdb lib.txt", await SlicesAsync(workspace, "Con", files, isSingleFile: true));
        PublishedApp app = await PublishedApp.ReadAsync(workspace.Published("Con", files) with { IsSingleFile = true }, workspace.PublishDirectory("Con"), CancellationToken.None);
        Assert.AreEqual("Con", app.Executable);
        Assert.AreEqual("Microsoft.NETCore.App 10.0.0", string.Join(' ', app.Frameworks));
    }

    private static async Task<string> SlicesAsync(Workspace workspace, string project, IReadOnlyList<PublishedFile> files, bool isSingleFile = false)
    {
        PublishedApp app = await PublishedApp.ReadAsync(
            workspace.Published(project, files) with { IsSingleFile = isSingleFile }, workspace.PublishDirectory(project), CancellationToken.None);
        IReadOnlyList<Slice> slices = AppSlices.Of(app);
        IEnumerable<string> rest = app.Paths.Except(slices.SelectMany(static slice => slice.Paths));
        return string.Join('\n', [.. slices.Select(static slice => $"{slice.Name}: {string.Join(' ', slice.Paths)}"), $"app: {string.Join(' ', rest)}"]);
    }

    private static string Text(IReadOnlyList<PublishedFile> files) => string.Join('\n', files.Select(static file => file.ToString()).Order(StringComparer.Ordinal));
}
