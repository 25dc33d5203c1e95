namespace BuildpackTasks.Lifecycle;

/// <summary>A group of an order before composite buildpacks are replaced by what they consist of.</summary>
/// <param name="Group">The buildpacks, in order.</param>
public sealed record OrderReferenceGroup(IReadOnlyList<OrderReference> Group)
{
    /// <summary>Reads <c>[[order]]</c> with its <c>[[order.group]]</c>.</summary>
    /// <param name="file">The document.</param>
    /// <param name="hasExecutionEnvironments">Whether entries may name execution environments.</param>
    internal static IReadOnlyList<OrderReferenceGroup> ReadOrder(TableReader file, bool hasExecutionEnvironments) =>
        [.. file.Subs("order").Select(group => group.Subs("group") is { Count: > 0 } entries
            ? new OrderReferenceGroup([.. entries.Select(entry => OrderReference.Read(entry, hasExecutionEnvironments))])
            : throw group.Bad("group", "names no buildpack"))];
}
