using System.Text.Json.Nodes;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle.Tests;

[TestClass]
public sealed class RebasedConfigTests
{
    private static IEnumerable<object[]> Cases => JsonCase.Load("rebase/config.json");

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public async Task What_the_run_image_defines_follows_it_and_what_the_app_set_stays(JsonCase item)
    {
        var labels = new JsonCase("", item.Json["labels"] ?? new JsonObject());
        var runImages = new FixedRunImages();
        runImages.Images.Add("base:1", NamedImages.Of(["new os"]).With(item.Map("new"), labels.Map("new")));
        if (item.Json["old"] is not null) runImages.Configs.Add("base@pinned", NamedImages.Of(["os"]).With(item.Map("old"), labels.Map("old")).Config);

        RebasedImage rebased = await ImageOf(item, labels).RebaseAsync(runImages);

        ImageConfig config = rebased.After.Config;
        Assert.AreEqual(string.Join('\n', item.Json["after"]!.AsArray().Select(static variable => (string)variable!)), Variables(config));
        Assert.AreEqual(Text(labels.Map("after")), Text(config.Labels.Where(static label => label.Key != LifecycleMetadata.Label)));
        Assert.AreEqual((string?)item.Json["notes"] ?? "", string.Join('\n', rebased.Notes));
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public async Task A_second_rebase_to_the_same_run_image_changes_nothing(JsonCase item)
    {
        var labels = new JsonCase("", item.Json["labels"] ?? new JsonObject());
        var runImages = new FixedRunImages();
        runImages.Images.Add("base:1", NamedImages.Of(["new os"]).With(item.Map("new"), labels.Map("new")));
        if (item.Json["old"] is not null) runImages.Configs.Add("base@pinned", NamedImages.Of(["os"]).With(item.Map("old"), labels.Map("old")).Config);
        RebasedImage once = await ImageOf(item, labels).RebaseAsync(runImages);
        string[] environment = [.. once.After.Config.Environment.Select(static variable => variable.ToString())];

        RebasedImage twice = await once.After.RebaseAsync(runImages);

        Assert.AreSame(once.After, twice.After);
        Assert.IsEmpty(twice.Changes);
        Assert.AreEqual(string.Join('\n', environment), string.Join('\n', twice.After.Config.Environment.Select(static variable => variable.ToString())));
    }

    [TestMethod]
    public async Task Everything_else_of_the_config_is_the_apps()
    {
        Image image = NamedImages.Of(["os", "app"]).WithConfig(static config => config
            .WithCreated(DateTimeOffset.UnixEpoch).WithUser("1000:1000").WithEntrypoint(["/cnb/process/web"], ["argument"]).WithWorkingDirectory("/workspace").WithExposedPorts(["80/tcp"]))
            .WithMetadata("""{"app":[{"sha":"{app}"}],"runImage":{"topLayer":"{os}","image":"base:1"}}""");
        var runImages = new FixedRunImages();
        runImages.Images.Add("base:1", NamedImages.Of(["new os"], new Platform("linux", "amd64", null, "2")).WithConfig(static config => config
            .WithCreated(DateTimeOffset.UnixEpoch.AddDays(1)).WithUser("2000").WithEntrypoint(["/bin/base"], []).WithWorkingDirectory("/base").WithExposedPorts(["81/tcp"])));

        Image after = (await image.RebaseAsync(runImages)).After;

        Assert.AreEqual(
            "1970-01-01 1000:1000 /cnb/process/web argument /workspace 80/tcp linux/amd64 2 new os,app",
            $"{after.Config.Created:yyyy-MM-dd} {after.Config.User} {after.Config.Entrypoint[0]} {after.Config.Command[0]} {after.Config.WorkingDirectory} {after.Config.ExposedPorts[0]} "
            + $"{after.Config.Platform} {after.Config.Platform.OsVersion} {string.Join(',', JsonNode.Parse(after.ConfigBytes.Span)!["history"]!.AsArray().Select(static step => (string)step!["created_by"]!))}");
    }

    [TestMethod]
    [DataRow(ImageFormat.Oci, "other=kept\norg.opencontainers.image.base.digest=DIGEST\norg.opencontainers.image.base.name=docker.io/library/base:1")]
    [DataRow(ImageFormat.Docker, "other=kept\norg.opencontainers.image.base.name=old")]
    public async Task The_manifest_says_what_the_image_is_based_on_where_its_format_can(ImageFormat format, string expected)
    {
        Image image = NamedImages.Of(["os", "app"]).WithMetadata("""{"app":[{"sha":"{app}"}],"runImage":{"topLayer":"{os}","image":"base:1"}}""").WithFormat(format)
            .WithAnnotations(new Dictionary<string, string> { ["other"] = "kept", ["org.opencontainers.image.base.name"] = "old" });
        var runImages = new FixedRunImages();
        runImages.Images.Add("base:1", NamedImages.Of(["new os"]));

        Image after = (await image.RebaseAsync(runImages)).After;

        Assert.AreEqual(
            string.Join('\n', expected.Replace("DIGEST", runImages.Images["base:1"].Digest.ToString(), StringComparison.Ordinal).Split('\n').Order(StringComparer.Ordinal)),
            string.Join('\n', after.Annotations.OrderBy(static annotation => annotation.Key, StringComparer.Ordinal).Select(static annotation => $"{annotation.Key}={annotation.Value}")));
    }

    private static Image ImageOf(JsonCase item, JsonCase labels)
    {
        bool isReference = (string?)item.Json["maker"] == "reference";
        var runImage = new JsonObject { ["topLayer"] = "{os}", ["reference"] = "base@pinned", ["image"] = "base:1" };
        if (item.Json["noted"] is { } noted) runImage["buildpacktasks"] = new JsonObject { ["environment"] = noted.DeepClone(), ["labels"] = item.Json["labels"]?["old"]?.DeepClone() ?? new JsonObject() };
        var label = new JsonObject { ["app"] = new JsonArray(new JsonObject { ["sha"] = "{app}" }), ["launcher"] = new JsonObject { ["sha"] = isReference ? "{launcher}" : "" }, ["runImage"] = runImage };
        return NamedImages.Of(isReference ? ["os", "app", "launcher"] : ["os", "app"]).With(item.Map("image"), labels.Map("image")).WithMetadata(label.ToJsonString());
    }

    private static string Variables(ImageConfig config) => Text(config.Environment);

    private static string Text(IEnumerable<KeyValuePair<string, string>> texts) => string.Join('\n', texts.Select(static text => $"{text.Key}={text.Value}"));
}
