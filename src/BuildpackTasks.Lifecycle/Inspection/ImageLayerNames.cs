using System.Text.Json;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>Says what each layer of an image is, as far as the image's labels and history tell.</summary>
internal static class ImageLayerNames
{
    /// <summary>The layers with their names.</summary>
    /// <param name="image">The image.</param>
    /// <param name="label">The label <c>io.buildpacks.lifecycle.metadata</c>, or null.</param>
    /// <param name="runImageLayers">How many of the lowest layers are the run image's, where that holds; null where it has to be found out.</param>
    /// <param name="notes">Is given what does not go together, a sentence each.</param>
    public static IReadOnlyList<InspectedLayer> Of(Image image, LabelReader? label, int? runImageLayers, ICollection<string> notes)
    {
        IReadOnlyList<string?> history = History(image);
        Dictionary<string, (InspectedLayerKind Kind, string Name, string? Buildpack)> named = Named(label);
        int lowest = runImageLayers ?? RunImageLayers(image, label, notes);
        var present = image.Layers.Select(static layer => layer.DiffId.ToString()).ToHashSet(StringComparer.Ordinal);
        foreach ((string diffId, (_, string name, _)) in named.Where(layer => !present.Contains(layer.Key)))
            notes.Add($"The image names the layer '{ShownText.Line(name)}' ({ShownText.Line(diffId, 80)}), which it does not have.");
        return
        [
            .. image.Layers.Select((layer, index) =>
                index < lowest ? new InspectedLayer(layer, InspectedLayerKind.RunImage, "run image", null, history[index])
                : named.TryGetValue(layer.DiffId.ToString(), out var known) ? new InspectedLayer(layer, known.Kind, known.Name, known.Buildpack, history[index])
                : new InspectedLayer(layer, InspectedLayerKind.Unknown, "unknown", null, history[index])),
        ];
    }

    /// <summary>The diff ID of the run image's topmost layer, as the label says it, or null.</summary>
    public static string? TopLayer(LabelReader? label) => label?.Sub("runImage")?.Text("topLayer");

    private static int RunImageLayers(Image image, LabelReader? label, ICollection<string> notes)
    {
        if (label is null || TopLayer(label) is not { } top) return 0;
        for (int index = image.Layers.Count - 1; index >= 0; index--)
        {
            if (image.Layers[index].DiffId.ToString() == top) return index + 1;
        }
        notes.Add($"The image says that {ShownText.Line(top, 80)} is the topmost layer of its run image, and has no such layer.");
        return 0;
    }

    private static Dictionary<string, (InspectedLayerKind, string, string?)> Named(LabelReader? label)
    {
        var named = new Dictionary<string, (InspectedLayerKind, string, string?)>(StringComparer.Ordinal);
        if (label is null) return named;
        foreach (LabelReader buildpack in label.Subs("buildpacks"))
        {
            string id = buildpack.Text("key") ?? "unknown";
            foreach ((string name, LabelReader layer) in buildpack.Sub("layers")?.Members() ?? [])
            {
                // Layers that are only cached are named as well, and are not in the image.
                if (layer.Flag("launch") && layer.Text("sha") is { } sha) named.TryAdd(sha, (InspectedLayerKind.Buildpack, $"{id}:{name}", id));
            }
        }
        foreach (LabelReader slice in label.Subs("app"))
        {
            if (slice.Text("sha") is { } sha) named.TryAdd(sha, (InspectedLayerKind.App, "app", null));
        }
        foreach ((string member, InspectedLayerKind kind) in Others)
        {
            if (label.Sub(member)?.Text("sha") is { } sha) named.TryAdd(sha, (kind, member, null));
        }
        return named;
    }

    private static readonly (string Member, InspectedLayerKind Kind)[] Others =
    [
        ("sbom", InspectedLayerKind.Sbom),
        ("launcher", InspectedLayerKind.Launcher),
        ("config", InspectedLayerKind.LauncherConfig),
        ("process-types", InspectedLayerKind.ProcessTypes),
    ];

    // What the history says of each layer; nothing where it has not one entry for each (OCI image specification, "history").
    private static IReadOnlyList<string?> History(Image image)
    {
        var said = new List<string?>();
        using JsonDocument config = JsonDocument.Parse(image.ConfigBytes);
        if (config.RootElement.TryGetProperty("history", out JsonElement history) && history.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement entry in history.EnumerateArray())
            {
                if (entry.ValueKind != JsonValueKind.Object) return new string?[image.Layers.Count];
                if (entry.TryGetProperty("empty_layer", out JsonElement empty) && empty.ValueKind == JsonValueKind.True) continue;
                said.Add(entry.TryGetProperty("created_by", out JsonElement by) && by.ValueKind == JsonValueKind.String && by.GetString() is { Length: > 0 } text ? text : null);
            }
        }
        return said.Count == image.Layers.Count ? said : new string?[image.Layers.Count];
    }
}
