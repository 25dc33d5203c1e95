using System.Text.Json.Nodes;

namespace BuildpackTasks.Lifecycle.Tests;

[TestClass]
public sealed class OrderExpansionTests
{
    private static IEnumerable<object[]> Cases => OrderExpansionCase.All;

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void An_order_is_expanded_as_the_specification_says_or_the_error_says_who_asked(OrderExpansionCase item)
    {
        var actual = new JsonObject();
        try
        {
            actual["expect"] = new JsonArray([.. OrderExpansion.Expand(item.Order, item.Find)
                .Select(static group => new JsonArray([.. group.Entries.Select(static entry => (JsonNode)OrderExpansionCase.Write(entry))]))]);
        }
        catch (LifecycleException e)
        {
            actual["error"] = $"{e.Code}: {e.Message}";
        }

        JsonObject expected = item.Json.DeepClone().AsObject();
        foreach (string key in (string[])["name", "buildpacks", "more", "order"]) expected.Remove(key);
        Assert.AreEqual(expected.ToJsonString(), actual.ToJsonString());
    }

    [TestMethod]
    [DataRow(2, 12, "4096 groups")]
    [DataRow(1, 60, "200000 steps")]
    public void Composite_buildpacks_that_multiply_are_refused(int alternatives, int depth, string limit)
    {
        // Each asks for the next one twice over: as alternatives, or in one group.
        BuildpackFile Find(BuildpackId id, string version)
        {
            int number = int.Parse(id.ToString()[1..]);
            OrderReference next = Reference(number + 1);
            OrderReferenceGroup[] order = number == depth ? [] : alternatives == 1 ? [new([next, next])] : [new([next, Reference(1000 + number)]), new([next])];
            return new BuildpackFile(new BuildpackDescriptor(id, "1.0.0", "0.12"), number >= 1000 ? [] : order);
        }

        var error = Assert.ThrowsExactly<LifecycleException>(() => OrderExpansion.Expand([new([Reference(0), Reference(depth - 1)])], Find));

        Assert.AreEqual($"BPT2105: The order is too large: its composite buildpacks make more than {limit}. Give the buildpacks that the app needs one by one.", $"{error.Code}: {error.Message}");
    }

    [TestMethod]
    public void A_group_of_thousands_of_entries_is_refused()
    {
        OrderReferenceGroup group = new([.. Enumerable.Range(0, 1025).Select(static number => Reference(number))]);

        var error = Assert.ThrowsExactly<LifecycleException>(() => OrderExpansion.Expand([group], static (id, _) => new BuildpackFile(new BuildpackDescriptor(id, "1.0.0", "0.12"), [])));

        Assert.AreEqual("BPT2105", error.Code);
    }

    [TestMethod]
    public void A_long_chain_of_composite_buildpacks_is_expanded_and_an_endless_one_refused()
    {
        static BuildpackFile Find(BuildpackId id, string version)
        {
            int number = int.Parse(id.ToString()[1..]);
            return new BuildpackFile(new BuildpackDescriptor(id, "1.0.0", "0.12"), number == 1000 ? [] : [new([Reference(number + 1)])]);
        }

        IReadOnlyList<ExpandedGroup> groups = OrderExpansion.Expand([new([Reference(800)])], Find);
        var error = Assert.ThrowsExactly<LifecycleException>(() => OrderExpansion.Expand([new([Reference(700)])], Find));

        Assert.AreEqual("b1000@1.0.0", OrderExpansionCase.Write(groups.Single().Entries.Single()));
        Assert.AreEqual("BPT2105: The order is too large: its composite buildpacks make more than 256 levels. Give the buildpacks that the app needs one by one.", $"{error.Code}: {error.Message}");
    }

    private static OrderReference Reference(int number) => new(BuildpackId.Parse($"b{number}"), "");
}
