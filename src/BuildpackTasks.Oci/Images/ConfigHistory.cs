using System.Text.Json.Nodes;

namespace BuildpackTasks.Oci;

/// <summary>
/// What a config says of the making of its layers (OCI image specification, "Image Configuration", <c>history</c>). The entries that
/// are not marked <c>empty_layer</c> stand for the layers in their order, so a list that has more or fewer of them than there are
/// layers cannot be believed: what it would say of a layer may be true of another.
/// </summary>
internal static class ConfigHistory
{
    private const string Member = "history";

    /// <summary>How many entries stand for a layer each; the others only changed the config.</summary>
    public static int CountLayers(JsonObject config) => (config[Member] as JsonArray)?.Count(IsLayer) ?? 0;

    /// <summary>Adds an entry for a layer that is put on top.</summary>
    /// <param name="config">The config; changed.</param>
    /// <param name="layers">How many layers it has below that one.</param>
    /// <param name="history">What made the layer.</param>
    public static void Append(JsonObject config, int layers, HistoryEntry history)
    {
        if (config[Member] is not JsonArray entries) config[Member] = entries = [];
        // A list that is shorter than the layers would be read as the history of the wrong ones.
        for (int i = CountLayers(config); i < layers; i++) entries.Add(Unknown());
        var entry = new JsonObject();
        if (history.Created is { } created) entry["created"] = ImageConfig.Rfc3339(created);
        entry["created_by"] = history.CreatedBy;
        entries.Add(entry);
    }

    /// <summary>Says of a layer what made it, where the list says something of just that layer.</summary>
    /// <param name="config">The config; changed.</param>
    /// <param name="layers">How many layers it has.</param>
    /// <param name="index">Which layer.</param>
    /// <param name="createdBy">What made it.</param>
    public static void Rename(JsonObject config, int layers, int index, string createdBy)
    {
        if (Known(config, layers) is not { } entries) return;
        int at = PositionOf(entries, index);
        if (entries[at] is JsonObject entry) entry["created_by"] = createdBy;
        else entries[at] = new JsonObject { ["created_by"] = createdBy };
    }

    /// <summary>The history of an image whose lowest layers are replaced; null where nothing is known of either's.</summary>
    /// <param name="config">The image's config.</param>
    /// <param name="layers">How many layers it has.</param>
    /// <param name="count">How many of them go.</param>
    /// <param name="onto">The config of the image whose layers take their place.</param>
    /// <param name="ontoLayers">How many layers that has.</param>
    public static JsonArray? Rebased(JsonObject config, int layers, int count, JsonObject onto, int ontoLayers)
    {
        JsonArray? own = Known(config, layers);
        JsonArray? under = Known(onto, ontoLayers);
        if (own is null && under is null) return null;

        IEnumerable<JsonNode?> lower = under is null ? Unknown(ontoLayers) : under.Select(static entry => entry?.DeepClone());
        // A base's last steps (its command, its environment) come after its last layer and go with it. Where nothing goes, nothing of
        // the image's own history does.
        IEnumerable<JsonNode?> upper = own is null ? Unknown(layers - count)
            : count == 0 ? own.Select(static entry => entry?.DeepClone())
            : own.Skip(count == layers ? own.Count : PositionOf(own, count)).Select(static entry => entry?.DeepClone());
        return new JsonArray([.. lower, .. upper]);
    }

    private static JsonArray? Known(JsonObject config, int layers) =>
        config[Member] is JsonArray { Count: > 0 } entries && CountLayers(config) == layers ? entries : null;

    private static int PositionOf(JsonArray entries, int layer)
    {
        int position = 0;
        for (int passed = 0; ; position++)
        {
            if (IsLayer(entries[position]) && passed++ == layer) return position;
        }
    }

    private static IEnumerable<JsonNode?> Unknown(int count) => Enumerable.Range(0, count).Select(static _ => Unknown());

    private static JsonObject Unknown() => new() { ["created_by"] = "unknown" };

    private static bool IsLayer(JsonNode? entry) =>
        entry is not JsonObject step || step["empty_layer"] is not JsonValue empty || !empty.TryGetValue(out bool isEmpty) || !isEmpty;
}
