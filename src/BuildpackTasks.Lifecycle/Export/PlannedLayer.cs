using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>A layer that export will make or find.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">What messages call it.</param>
/// <param name="CreatedBy">What the image's history says of it.</param>
/// <param name="Contents">What it holds; null where a fingerprint or the previous image stands for that.</param>
/// <param name="IsShareable">Whether other apps may have the same layer; false for what is left of the app when its slices are taken.</param>
/// <param name="Buildpack">The buildpack whose layer it is; null for others.</param>
/// <param name="File">What its <c>&lt;layer&gt;.toml</c> says; null for others.</param>
internal sealed record PlannedLayer(
    PlannedLayerKind Kind, string Name, string CreatedBy, LayerContents? Contents, bool IsShareable, GroupMember? Buildpack = null, LayerFile? File = null)
{
    /// <summary>How much time is spent on its size.</summary>
    public LayerCompression Compression => CompressionOf(Kind);

    /// <summary>What a buildpack brings is shared by many apps and builds; the app's own layers are new with every change.</summary>
    /// <param name="kind">What a layer is.</param>
    public static LayerCompression CompressionOf(PlannedLayerKind kind) =>
        kind is PlannedLayerKind.Buildpack or PlannedLayerKind.Launcher ? LayerCompression.Smallest : LayerCompression.Balanced;
}
