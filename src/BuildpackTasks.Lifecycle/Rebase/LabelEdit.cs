using System.Text.Json.Nodes;
using BuildpackTasks.Oci;
using BuildpackTasks.Toml;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// Changes the label about an image's layers where a rebase changes the image (platform specification,
/// "io.buildpacks.lifecycle.metadata"). It is changed as JSON, in place: members of other tools and of later versions survive.
/// </summary>
internal sealed class LabelEdit
{
    private const string Addition = LifecycleMetadata.Addition;

    private readonly BuildpacksImage image;
    private readonly JsonObject label;

    /// <summary>Begins with what an image's label says.</summary>
    /// <param name="image">The image.</param>
    public LabelEdit(BuildpacksImage image)
    {
        this.image = image;
        label = image.LabelCopy();
    }

    /// <summary>The label's value.</summary>
    public string Text => LabelJson.Write(label);

    /// <summary>Says which run image the image is on.</summary>
    public void Set(RunImageMove move)
    {
        Image runImage = move.RunImage.Image;
        JsonObject table = Table(label, "runImage");
        if (runImage.Layers is [.., var top])
        {
            // Where export puts it.
            if (table.ContainsKey("topLayer")) table["topLayer"] = top.DiffId.ToString();
            else table.Insert(0, "topLayer", top.DiffId.ToString());
        }
        else
        {
            table.Remove("topLayer");
        }
        table["reference"] = move.RunImage.Reference;
        if (move.Name != image.RunImageName) SetName(table, move);

        TomlTable addition = LifecycleMetadata.AdditionOf(new RunImageMetadata(null, "", "", image.IsOwn ? Stored(move.RunImage) : new Dictionary<Digest, StoredLayer>())
        {
            Config = runImage.Layers.Count > 0 ? move.Noted : null,
        });
        if (addition.Count > 0) table[Addition] = Json(addition);
        else table.Remove(Addition);
    }

    /// <summary>Says what a layer is that takes the place of another.</summary>
    /// <param name="buildpack">The buildpack whose layer it is.</param>
    /// <param name="name">The layer's name.</param>
    /// <param name="layer">The layer.</param>
    public void Set(BuildpackId buildpack, string name, UpdatedLayer layer)
    {
        JsonObject table = ((JsonArray)label["buildpacks"]!).OfType<JsonObject>()
            .First(candidate => candidate["key"] is JsonValue key && key.TryGetValue(out string? id) && id == buildpack.ToString())["layers"]![name]!.AsObject();
        var stored = new StoredLayer(layer.Layer.Fingerprint, layer.Layer.Descriptor.Digest, layer.Layer.Descriptor.Size);
        table["sha"] = layer.Layer.DiffId.ToString();
        table["data"] = Json(LifecycleMetadata.DataOf(image.LayersOf(buildpack)[name] with { Data = layer.Data, Stored = stored }));
    }

    /// <summary>The layers of a run image whose making is known, by diff ID.</summary>
    public static Dictionary<Digest, StoredLayer> Stored(ResolvedImage runImage) =>
        runImage.Image.Layers.Where(layer => runImage.Fingerprints.ContainsKey(layer.DiffId)).DistinctBy(static layer => layer.DiffId).ToDictionary(
            static layer => layer.DiffId, layer => new StoredLayer(runImage.Fingerprints[layer.DiffId], layer.Descriptor.Digest, layer.Descriptor.Size));

    private void SetName(JsonObject runImage, RunImageMove move)
    {
        JsonObject? stack = (label["stack"] as JsonObject)?["runImage"] as JsonObject;
        // What names the run image under the stack only is read by tools that know nothing else; the reference, forced, writes both.
        if (move.IsForced || stack is null || runImage.ContainsKey("image")) runImage["image"] = move.Name;
        if (move.IsForced && stack is null) stack = Table(Table(label, "stack"), "runImage");
        stack?["image"] = move.Name;
        if (!move.IsForced) return;
        runImage.Remove("mirrors");
        stack?.Remove("mirrors");
    }

    private static JsonObject Table(JsonObject parent, string name)
    {
        if (parent[name] is not JsonObject table) parent[name] = table = [];
        return table;
    }

    private static JsonNode Json(TomlTable table) => JsonNode.Parse(LabelJson.Write(table))!;
}
