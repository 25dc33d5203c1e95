using System.Text.Json.Nodes;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle.Tests;

[TestClass]
public sealed class RebaseRuleTests
{
    private static IEnumerable<object[]> Rules => JsonCase.Load("rebase/rules.json");

    [TestMethod]
    [DynamicData(nameof(Rules))]
    public async Task A_rebase_is_refused_where_something_speaks_against_it(JsonCase item)
    {
        string[] expected = Objections(item);

        string outcome;
        try
        {
            RebasedImage rebased = await RebaseAsync(item, force: false);
            Assert.AreNotEqual(rebased.Before.Digest, rebased.After.Digest);
            Assert.IsEmpty(rebased.Overridden);
            outcome = "";
        }
        catch (CodedException e)
        {
            outcome = $"{e.Code}: {e.Message}";
        }

        if ((string?)item.Json["message"] is { } message) Assert.AreEqual($"{expected[0]}: {message}", outcome);
        else Assert.AreEqual(expected.FirstOrDefault(), outcome.Length == 0 ? null : outcome[..7]);
    }

    [TestMethod]
    [DynamicData(nameof(Rules))]
    public async Task Force_overrides_every_objection_and_says_which(JsonCase item)
    {
        RebasedImage rebased = await RebaseAsync(item, force: true);

        Assert.HasCount(Objections(item).Length, rebased.Overridden);
        Assert.IsTrue(rebased.Overridden.All(static sentence => sentence.EndsWith('.') && !sentence.Contains("Force", StringComparison.Ordinal)), string.Join('\n', rebased.Overridden));
        if ((string?)item.Json["message"] is { } message) StringAssert.StartsWith(message, rebased.Overridden[0]);
        Assert.AreEqual(NamedImages.DiffId("new os"), rebased.After.Layers[0].DiffId);
        Assert.AreEqual(NamedImages.DiffId("app"), rebased.After.Layers[1].DiffId);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task An_image_that_does_not_name_its_run_image_needs_to_be_told(bool force)
    {
        Image image = NamedImages.Of(["os", "app"]).WithMetadata("""{"app":[{"sha":"{app}"}],"runImage":{"topLayer":"{os}"}}""");

        var error = await Assert.ThrowsExactlyAsync<LifecycleException>(() => image.RebaseAsync(new FixedRunImages(), new RebaseSettings { Force = force }));

        Assert.AreEqual("BPT2224: The image 'web:1' does not say which run image it was built on. Set RunImage to the one to put it on.", $"{error.Code}: {error.Message}");
    }

    private static string[] Objections(JsonCase item) => [.. (item.Json["objections"]?.AsArray() ?? []).Select(static code => (string)code!)];

    private static Task<RebasedImage> RebaseAsync(JsonCase item, bool force)
    {
        JsonNode before = item.Json["image"]!, after = item.Json["runImage"]!;
        var label = new JsonObject
        {
            ["app"] = new JsonArray(new JsonObject { ["sha"] = "{app}" }),
            ["runImage"] = new JsonObject { ["topLayer"] = "{os}", ["image"] = before["on"]?.DeepClone(), ["mirrors"] = before["mirrors"]?.DeepClone() },
        };
        Image image = NamedImages.Of(["os", "app"], PlatformOf(before)).With(Map(before, "env"), Map(before, "labels")).WithMetadata(label.ToJsonString());
        var runImages = new FixedRunImages();
        runImages.Images.Add((string?)item.Json["asked"] ?? (string)before["on"]!, NamedImages.Of(["new os"], PlatformOf(after)).With([], Map(after, "labels")));
        var systems = new FixedSystems();
        systems.Systems.Add(NamedImages.DiffId("os"), FixedSystems.Of(before["system"]));
        systems.Systems.Add(NamedImages.DiffId("new os"), FixedSystems.Of(after["system"]));
        return image.RebaseAsync(runImages, new RebaseSettings { RunImage = (string?)item.Json["asked"], Force = force }, systems);
    }

    private static Platform PlatformOf(JsonNode side) => new((string?)side["os"] ?? "linux", (string?)side["architecture"] ?? "amd64", (string?)side["variant"]);

    private static IEnumerable<KeyValuePair<string, string>> Map(JsonNode side, string key) =>
        (side[key]?.AsObject() ?? []).Select(static member => KeyValuePair.Create(member.Key, (string)member.Value!));
}
