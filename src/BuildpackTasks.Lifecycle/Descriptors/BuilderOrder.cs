namespace BuildpackTasks.Lifecycle;

/// <summary>The order that a builder image brings along (platform specification, "order.toml").</summary>
/// <param name="Order">The groups, in order of preference.</param>
/// <param name="HasExtensions">Whether there are image extensions. They are optional in every order, and none is run here.</param>
public sealed record BuilderOrder(IReadOnlyList<OrderReferenceGroup> Order, bool HasExtensions)
{
    /// <summary>Reads <c>order.toml</c>.</summary>
    /// <param name="toml">The document, UTF-8.</param>
    /// <param name="path">What messages call it.</param>
    /// <exception cref="LifecycleException">BPT2100: the document is malformed.</exception>
    public static BuilderOrder Read(ReadOnlySpan<byte> toml, string path)
    {
        TableReader file = DescriptorToml.Read(toml, path, LifecycleErrors.MalformedDescriptor);
        return new BuilderOrder(OrderReferenceGroup.ReadOrder(file, hasExecutionEnvironments: true), file.Subs("order-extensions").Count > 0);
    }
}
