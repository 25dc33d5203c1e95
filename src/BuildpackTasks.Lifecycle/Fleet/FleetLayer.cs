using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>A layer that changes.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Before">The blob before; null where it is new.</param>
/// <param name="After">The blob afterwards; null where it is gone.</param>
public sealed record FleetLayer(string Name, FleetBlob? Before, FleetBlob? After)
{
    internal static FleetLayer Of(LayerChange change) => new(change.Name, Of(change.Before), Of(change.After));

    private static FleetBlob? Of(ILayer? layer) => layer is null ? null : new FleetBlob(layer.Descriptor.Digest, layer.Descriptor.Size);
}
