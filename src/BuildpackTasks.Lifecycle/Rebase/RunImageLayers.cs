using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>Tells which layers of an image are its run image's (platform specification, "Rebase").</summary>
internal static class RunImageLayers
{
    private const string Scratch = "scratch";

    /// <summary>How many of the lowest layers are the run image's.</summary>
    /// <param name="image">The image.</param>
    /// <exception cref="LifecycleException">BPT2222: the image lacks a layer that its label names. BPT2223: it cannot be told.</exception>
    public static int Count(BuildpacksImage image)
    {
        Digest[] diffIds = [.. image.Image.Layers.Select(static layer => layer.DiffId)];
        IReadOnlyList<(string Name, Digest DiffId)> named = Named(image.Metadata);
        if (named.Any(layer => !diffIds.Contains(layer.DiffId)))
        {
            (string name, Digest diffId) = named.First(layer => !diffIds.Contains(layer.DiffId));
            throw LifecycleErrors.LayerMissingInImage(image.Name, name, diffId);
        }
        if (image.Metadata.RunImage.TopLayer is not { } top)
        {
            return image.RunImageName == Scratch ? 0 : throw LifecycleErrors.NoRunImageLayers(image.Name, "its label does not say which layer is the topmost of the run image");
        }

        // Layers can be equal, such as empty ones: the topmost that has all that lifecycle and buildpacks added above itself.
        ILookup<Digest, Digest> needed = named.Select(static layer => layer.DiffId).ToLookup(static diffId => diffId);
        for (int index = diffIds.Length - 1; index >= 0; index--)
        {
            if (diffIds[index] == top && needed.All(layer => diffIds.AsSpan(index + 1).Count(layer.Key) >= layer.Count())) return index + 1;
        }
        throw LifecycleErrors.NoRunImageLayers(image.Name, diffIds.Contains(top)
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
