using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>Tells which layers of an image are its run image's (platform specification, "Rebase").</summary>
internal static class RunImageLayers
{
    // Engines take some 125; more of them are nobody's image.
    private const int MaxLayers = 1000;

    /// <summary>How many of the lowest layers are the run image's.</summary>
    /// <param name="image">The image.</param>
    /// <exception cref="LifecycleException">BPT2222: the image lacks a layer that its label names. BPT2223: it cannot be told. BPT2225: there are too many.</exception>
    public static int Count(BuildpacksImage image)
    {
        if (image.Image.Layers.Count > MaxLayers) throw LifecycleErrors.TooManyLayers(image.Name, image.Image.Layers.Count, MaxLayers);
        Digest[] diffIds = [.. image.Image.Layers.Select(static layer => layer.DiffId)];
        HashSet<Digest> present = [.. diffIds];
        // How many of each have to be above the run image's topmost layer.
        var needed = new Dictionary<Digest, int>();
        int missing = 0;
        foreach ((string name, Digest diffId) in Named(image.Metadata))
        {
            if (!present.Contains(diffId)) throw LifecycleErrors.LayerMissingInImage(image.Name, name, diffId);
            needed[diffId] = needed.GetValueOrDefault(diffId) + 1;
            missing++;
        }
        if (image.Metadata.RunImage.TopLayer is not { } top)
        {
            return image.RunImageName == RunImageName.Scratch ? 0 : throw LifecycleErrors.NoRunImageLayers(image.Name, "its label does not say which layer is the topmost of the run image");
        }

        // Layers can be equal, such as empty ones: the topmost that has all that lifecycle and buildpacks added above itself.
        for (int index = diffIds.Length - 1; index >= 0; index--)
        {
            if (missing == 0 && diffIds[index] == top) return index + 1;
            if (needed.GetValueOrDefault(diffIds[index]) is > 0 and int left)
            {
                needed[diffIds[index]] = left - 1;
                missing--;
            }
        }
        throw LifecycleErrors.NoRunImageLayers(image.Name, present.Contains(top)
            ? $"its label says that the run image's topmost layer is {top}, and layers of the app are below that"
            : $"its label says that the run image's topmost layer is {top}, and the image has no such layer");
    }

    /// <summary>The layers that are in the image by the label, with what messages call them.</summary>
    private static IReadOnlyList<(string Name, Digest DiffId)> Named(LifecycleMetadata metadata) =>
    [
        .. (from buildpack in metadata.Buildpacks from layer in buildpack.Layers where layer.Value.Launch select ($"{buildpack.Id}:{layer.Key}", layer.Value.Sha)),
        .. from layer in (IEnumerable<(string Name, AppLayerMetadata? Layer)>)
            [
                .. metadata.App.Select(static layer => ("app", layer)),
                ("sbom", metadata.Sbom), ("launcher", metadata.Launcher), ("config", metadata.LauncherConfig), ("process-types", metadata.ProcessTypes),
            ]
            where layer.Layer is not null
            select (layer.Name, layer.Layer.Sha),
    ];
}
