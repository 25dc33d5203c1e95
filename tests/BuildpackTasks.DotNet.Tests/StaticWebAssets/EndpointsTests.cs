using System.Globalization;
using System.Text;
using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;

namespace BuildpackTasks.DotNet.Tests;

/// <summary>What the image's endpoints manifest says of the times of static web assets.</summary>
[TestClass]
public sealed class EndpointsTests
{
    private const string Manifest = "Web.staticwebassets.endpoints.json";

    [TestMethod]
    public async Task Times_are_those_that_the_files_have_in_the_image_and_all_else_stays()
    {
        using AppDirectory directory = Web()
            .With("wwwroot/site.css", "body{}")
            .With("wwwroot/lib/é+.js", "let a;")
            .With(Manifest, """
                {"Version":1,"New":{"a":[1.50,null,true]},"Endpoints":[
                {"Route":"site.css","AssetFile":"site.css","Selectors":[],"ResponseHeaders":[{"Name":"ETag","Value":"\"a+b/c=\""},{"Name":"Last-Modified","Value":"Sat, 21 Nov 2026 12:26:31 GMT","Extra":1}]},
                {"ResponseHeaders":[{"Value":"x","Name":"last-modified"}],"AssetFile":"lib/é+.js"},
                {"AssetFile":"gone.js","ResponseHeaders":[{"Name":"Last-Modified","Value":"x"}]},
                {"AssetFile":"../Web.dll","ResponseHeaders":[{"Name":"Last-Modified","Value":"x"}]},
                {"AssetFile":1,"ResponseHeaders":[{"Name":"Last-Modified","Value":"x"}]},
                {"AssetFile":"site.css","ResponseHeaders":[{"Name":"Last-Modified","Value":7},3]},
                {"AssetFile":"site.css"},
                "what"]}
                """);

        string text = await ManifestOfAsync(directory);

        Assert.AreEqual("""
            {"Version":1,"New":{"a":[1.50,null,true]},"Endpoints":[
            {"Route":"site.css","AssetFile":"site.css","Selectors":[],"ResponseHeaders":[{"Name":"ETag","Value":"\"a+b/c=\""},{"Name":"Last-Modified","Value":"CSS","Extra":1}]},
            {"ResponseHeaders":[{"Value":"JS","Name":"last-modified"}],"AssetFile":"lib/é+.js"},
            {"AssetFile":"gone.js","ResponseHeaders":[{"Name":"Last-Modified","Value":"NONE"}]},
            {"AssetFile":"../Web.dll","ResponseHeaders":[{"Name":"Last-Modified","Value":"NONE"}]},
            {"AssetFile":1,"ResponseHeaders":[{"Name":"Last-Modified","Value":"x"}]},
            {"AssetFile":"site.css","ResponseHeaders":[{"Name":"Last-Modified","Value":7},3]},
            {"AssetFile":"site.css"},
            "what"]}
            """
            .Replace("\n", "", StringComparison.Ordinal)
            .Replace("CSS", Time("body{}"), StringComparison.Ordinal)
            .Replace("JS", Time("let a;"), StringComparison.Ordinal)
            .Replace("NONE", "Tue, 01 Jan 1980 00:00:01 GMT", StringComparison.Ordinal), text);
    }

    [TestMethod]
    public async Task The_times_of_the_build_do_not_reach_the_image()
    {
        using AppDirectory first = Web().With("wwwroot/a.js", "1").With(Manifest, Endpoint("a.js", "Sat, 21 Nov 2026 12:26:31 GMT"));
        using AppDirectory second = Web().With("wwwroot/a.js", "1").With(Manifest, "\uFEFF" + Endpoint("a.js", "Sun, 22 Nov 2026 12:26:31 GMT"));
        using AppDirectory changed = Web().With("wwwroot/a.js", "2").With(Manifest, Endpoint("a.js", "Sat, 21 Nov 2026 12:26:31 GMT"));

        string manifest = await ManifestOfAsync(first);

        Assert.AreEqual(manifest, await ManifestOfAsync(second));
        Assert.AreNotEqual(manifest, await ManifestOfAsync(changed));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("{")]
    [DataRow("[]")]
    [DataRow("null")]
    [DataRow("""{"Endpoints":{}}""")]
    [DataRow("""{"Endpoints":[]}""")]
    [DataRow("""{"Endpoints":[{"AssetFile":"a.js","AssetFile":"b.js","ResponseHeaders":[{"Name":"Last-Modified","Value":"x"}]}]}""")]
    public async Task A_manifest_that_is_malformed_or_has_no_times_stays_as_it_is(string text)
    {
        using AppDirectory directory = Web().With(Manifest, text);

        Assert.IsEmpty((await BuildAsync(directory)).AppFiles);
    }

    [TestMethod]
    public async Task Files_of_that_name_that_are_served_or_belong_to_no_web_app_stay_as_they_are()
    {
        using AppDirectory web = Web().With("wwwroot/a.js", "1").With("wwwroot/" + Manifest, Endpoint("a.js", "x"));
        using AppDirectory console = new AppDirectory().With("Web.dll").With("Web.runtimeconfig.json", AppDirectory.ConsoleConfig).With(Manifest, Endpoint("a.js", "x"));

        Assert.IsEmpty((await BuildAsync(web)).AppFiles);
        Assert.IsEmpty((await BuildAsync(console)).AppFiles);
    }

    private static AppDirectory Web() =>
        new AppDirectory().With("Web.dll").With("Web", AppDirectory.Program()).With("Web.runtimeconfig.json", AppDirectory.WebConfig);

    private static string Endpoint(string asset, string time) =>
        $$$"""{"Endpoints":[{"AssetFile":"{{{asset}}}","ResponseHeaders":[{"Name":"Last-Modified","Value":"{{{time}}}"}]}]}""";

    private static string Time(string content) =>
        ContentTime.Of(Digest.Of(Encoding.UTF8.GetBytes(content))).ToString("R", CultureInfo.InvariantCulture);

    private static async Task<string> ManifestOfAsync(AppDirectory directory)
    {
        BuildResult result = await BuildAsync(directory);
        Assert.AreEqual(Manifest, string.Join(' ', result.AppFiles.Keys));
        using var reader = new StreamReader(result.AppFiles[Manifest].OpenRead());
        return await reader.ReadToEndAsync();
    }

    private static Task<BuildResult> BuildAsync(AppDirectory directory)
    {
        var runImage = new RunImageFacts
        {
            Platform = new Platform("linux", "amd64"),
            Environment = new Dictionary<string, string> { ["DOTNET_VERSION"] = "10.0.5", ["ASPNET_VERSION"] = "10.0.5" },
        };
        var context = new BuildContext(directory.Path, "/app", "/layers/x", runImage, new Dictionary<string, string>(), []);
        return new DotNetAppBuildpack(AppDirectory.Project(), [], new LayerCache(directory.Path + ".cache", 0)).BuildAsync(context, CancellationToken.None);
    }
}
