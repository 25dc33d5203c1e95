namespace BuildpackTasks.Lifecycle;

/// <summary>Buildpacks that a builder image adds to every group of an order (platform specification, "system.toml").</summary>
/// <param name="Pre">Those that go before the group.</param>
/// <param name="Post">Those that go after it.</param>
public sealed record SystemBuildpacks(IReadOnlyList<OrderReference> Pre, IReadOnlyList<OrderReference> Post)
{
    /// <summary>Reads <c>system.toml</c>.</summary>
    /// <param name="toml">The document, UTF-8.</param>
    /// <param name="path">What messages call it.</param>
    /// <exception cref="LifecycleException">BPT2100: the document is malformed.</exception>
    public static SystemBuildpacks Read(ReadOnlySpan<byte> toml, string path) => Read(DescriptorToml.Read(toml, path, LifecycleErrors.MalformedDescriptor).OptionalSub("system"));

    /// <summary>Reads the table with <c>pre</c> and <c>post</c>.</summary>
    /// <param name="system">The table, or null where there is none.</param>
    internal static SystemBuildpacks Read(TableReader? system) => new(References(system?.OptionalSub("pre")), References(system?.OptionalSub("post")));

    /// <summary>An order with the buildpacks in each of its groups. A group that names one of them itself does not get it twice.</summary>
    /// <param name="order">The order.</param>
    public IReadOnlyList<OrderReferenceGroup> AddTo(IReadOnlyList<OrderReferenceGroup> order) =>
        [.. order.Select(group => new OrderReferenceGroup([.. Missing(Pre, group), .. group.Group, .. Missing(Post, group)]))];

    private static IEnumerable<OrderReference> Missing(IReadOnlyList<OrderReference> references, OrderReferenceGroup group) =>
        references.Where(reference => !group.Group.Any(entry => entry.Id == reference.Id));

    private static IReadOnlyList<OrderReference> References(TableReader? part) =>
        [.. (part?.Subs("buildpacks") ?? []).Select(static entry => OrderReference.Read(entry, hasExecutionEnvironments: true))];
}
