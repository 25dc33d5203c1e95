namespace BuildpackTasks.Lifecycle.Tests;

[TestClass]
public sealed class RestoreTableTests
{
    private static IEnumerable<object[]> Cases => JsonCase.Load("restore.json");

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void What_is_restored_follows_from_what_a_layer_is_for(JsonCase item)
    {
        RestoreDecision decision = RestoreTable.Decide(
            Types((string?)item.Json["image"]), Types((string?)item.Json["cached"]), (bool)item.Json["same"]!, (bool?)item.Json["environment"] ?? true);

        Assert.AreEqual(
            new RestoreDecision(Enum.Parse<RestoreSource>((string)item.Json["metadata"]!), (bool)item.Json["contents"]!, (string)item.Json["reason"]!),
            decision);
    }

    [TestMethod]
    public void Contents_never_come_back_without_metadata_and_cached_metadata_never_without_contents()
    {
        LayerTypes?[] all = [null, .. from launch in Both from build in Both from cache in Both select new LayerTypes(launch, build, cache)];

        foreach ((LayerTypes? image, LayerTypes? cached, bool isSame, bool environment) in
            from image in all from cached in all from isSame in Both from environment in Both select (image, cached, isSame, environment))
        {
            RestoreDecision decision = RestoreTable.Decide(image, cached, isSame, environment);

            if (decision.Contents) Assert.AreNotEqual(RestoreSource.Nothing, decision.Metadata);
            if (decision.Contents) Assert.IsTrue(cached!.Cache);
            if (decision.Metadata == RestoreSource.Cache) Assert.IsTrue(decision.Contents);
            if (decision.Metadata == RestoreSource.Image) Assert.AreEqual(image!.Cache, decision.Contents);
        }
    }

    private static IEnumerable<bool> Both => [false, true];

    private static LayerTypes? Types(string? names) =>
        names is null ? null : new LayerTypes(names.Contains("launch", StringComparison.Ordinal), names.Contains("build", StringComparison.Ordinal), names.Contains("cache", StringComparison.Ordinal));
}
