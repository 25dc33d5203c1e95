using BuildpackTasks.Lifecycle;
using NuGet.Versioning;

namespace BuildpackTasks.DotNet.Tests;

[TestClass]
public sealed class AppSlicesTests
{
    [TestMethod]
    public async Task Each_file_goes_where_a_change_costs_least()
    {
        using var directory = new AppDirectory();
        directory.With("Web.runtimeconfig.json", AppDirectory.WebConfig)
            .With("Web.dll", "Web.deps.json", "Newtonsoft.Json.dll", "de/Pre.resources.dll", "Pre.dll", "Lib.dll", "libcoreclr.so", "Linked.dll", "web.config")
            .With("Web", AppDirectory.Program())
            .With("wwwroot/site.css", "wwwroot/site.css.br", "runtimes/linux-x64/native/lib.so", "unknown[1]*.txt");
        PublishedProject project = AppDirectory.Project(
            new PublishedFile("Web"),
            new PublishedFile("Web.dll"),
            Package("Newtonsoft.Json.dll", "13.0.3"),
            Package(@"runtimes\linux-x64\native\lib.so", "2.0.6"),
            Package("Pre.dll", "2.0.0-beta4"),
            Package("de/Pre.resources.dll", "2.0.0-beta4"),
            Package("libcoreclr.so", "10.0.12") with { IsRuntimePack = true },
            Package("Linked.dll", "13.0.3") with { IsTransformed = true },
            Package("Missing.dll", "13.0.3"),
            new PublishedFile("Lib.dll"),
            new PublishedFile("Lib.dll") { IsProjectReference = true },
            new PublishedFile("wwwroot/site.css") { IsStaticWebAsset = true });

        IReadOnlyList<Slice> slices = AppSlices.Of(await directory.ReadAsync(project));

        Assert.AreEqual(
            """
            runtime Constant libcoreclr.so
            apphost Constant Web
            packages Constant Newtonsoft.Json.dll runtimes/linux-x64/native/lib.so
            early-packages Constant Lib.dll Pre.dll de/Pre.resources.dll
            trimmed Constant Linked.dll
            static FromContent wwwroot/site.css wwwroot/site.css.br
            """,
            string.Join('\n', slices.Select(static slice => $"{slice.Name} {slice.Time} {string.Join(' ', slice.Paths)}")));
    }

    [TestMethod]
    public async Task Without_items_everything_is_the_app()
    {
        using var directory = new AppDirectory();
        directory.With("Web.runtimeconfig.json", AppDirectory.ConsoleConfig).With("Web.dll", "wwwroot/not-served.txt");

        Assert.IsEmpty(AppSlices.Of(await directory.ReadAsync(AppDirectory.Project())));
    }

    [TestMethod]
    [DataRow(true, false, DisplayName = "bundle")]
    [DataRow(false, true, DisplayName = "native code")]
    public async Task A_program_that_holds_the_app_is_the_app(bool isSingleFile, bool isNativeAot)
    {
        using var directory = new AppDirectory();
        directory.With("Web", AppDirectory.Program());
        PublishedProject project = AppDirectory.Project(new PublishedFile("Web")) with { IsSingleFile = isSingleFile, IsNativeAot = isNativeAot };

        Assert.IsEmpty(AppSlices.Of(await directory.ReadAsync(project)));
    }

    [TestMethod]
    public async Task A_program_for_another_platform_is_in_the_same_slice_on_all_platforms()
    {
        using var directory = new AppDirectory();
        directory.With("Web.runtimeconfig.json", AppDirectory.ConsoleConfig).With("Web", AppDirectory.Program(183));

        PublishedApp app = await directory.ReadAsync(AppDirectory.Project(new PublishedFile("Web")));

        Assert.IsNull(app.Executable);
        Slice slice = AppSlices.Of(app).Single();
        Assert.AreEqual("apphost: Web", $"{slice.Name}: {string.Join(' ', slice.Paths)}");
    }

    private static PublishedFile Package(string path, string version) =>
        new(path) { PackageId = "Package", PackageVersion = NuGetVersion.Parse(version) };
}
