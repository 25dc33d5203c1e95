using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>A buildpack as an image's label says that the image has it (<c>io.buildpacks.buildpack.layers</c>).</summary>
/// <param name="Id">Its id.</param>
/// <param name="Version">Its version.</param>
/// <param name="Layer">The diff ID of the layer that has it; several may be in one.</param>
/// <param name="Order">Of which others it consists; empty for one that has programs.</param>
internal sealed record LabelledBuildpack(BuildpackId Id, string Version, Digest Layer, IReadOnlyList<OrderReferenceGroup> Order)
{
    public OrderReference Reference => new(Id, Version);
}
