using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// Holds what a label says of how layers are stored against the image that has the label. A label can be copied to another image
/// or outlive a rebase; manifest and config cannot.
/// </summary>
/// <param name="image">The image.</param>
/// <param name="notes">Is given a sentence for each layer that does not hold.</param>
internal sealed class StoredLayerCheck(ResolvedImage image, ICollection<string> notes)
{
    /// <summary>The metadata without what does not hold.</summary>
    public LifecycleMetadata Keep(LifecycleMetadata metadata) => metadata with
    {
        RunImage = metadata.RunImage with
        {
            Layers = metadata.RunImage.Layers.Where(layer => Check("run image", layer.Key, layer.Value) is not null).ToDictionary(),
        },
        Buildpacks = [.. metadata.Buildpacks.Select(buildpack => buildpack with
        {
            Layers = new SortedDictionary<string, LayerMetadata>(
                buildpack.Layers.ToDictionary(static layer => layer.Key, layer => layer.Value with { Stored = Check(layer.Key, layer.Value.Sha, layer.Value.Stored) }),
                StringComparer.Ordinal),
        })],
        App = [.. metadata.App.Select(layer => Check("app", layer)!)],
        Sbom = Check("sbom", metadata.Sbom),
        Launcher = Check("launcher", metadata.Launcher),
        LauncherConfig = Check("launcher config", metadata.LauncherConfig),
        ProcessTypes = Check("process types", metadata.ProcessTypes),
    };

    private AppLayerMetadata? Check(string name, AppLayerMetadata? layer) => layer is null ? null : layer with { Stored = Check(name, layer.Sha, layer.Stored) };

    private StoredLayer? Check(string name, Digest diffId, StoredLayer? stored)
    {
        if (stored is null || Holds(diffId, stored)) return stored;
        notes.Add($"The layer '{name.ReplaceLineEndings(" ")}' of the previous image '{image.Name}' is not reused: its label says {stored.Digest} of {stored.Size} bytes with the diff ID {diffId}, and the image has no such layer.");
        return null;
    }

    private bool Holds(Digest diffId, StoredLayer stored) => image.Image.Layers.Any(layer =>
        layer.DiffId == diffId && layer.Descriptor.Digest == stored.Digest && layer.Descriptor.Size == stored.Size
        && layer.Descriptor.MediaType is MediaTypes.OciLayerGzip or MediaTypes.DockerLayerGzip);
}
