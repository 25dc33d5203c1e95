using System.Text.Json;
using System.Text.Json.Nodes;
using BuildpackTasks.Oci;
using BuildpackTasks.Toml;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// What a run image's config passed on to an image on it. Kept in the image's label, so that a rebase can tell what the run image
/// defined from what the app set, and restore what the app changed on top of it.
/// </summary>
/// <param name="Environment">The variables, by name, but for those that the app set to just the value that they had.</param>
/// <param name="Labels">The labels that the app did not set, by name, but for those that a rebase always takes over.</param>
internal sealed record NotedConfig(IReadOnlyDictionary<string, string> Environment, IReadOnlyDictionary<string, string> Labels)
{
    private const string EnvironmentKey = "environment";
    private const string LabelsKey = "labels";

    /// <summary>What a run image passes on to an image that is built.</summary>
    /// <param name="runImage">The run image's config.</param>
    /// <param name="environment">The variables that the app sets.</param>
    /// <param name="labels">The names of the labels that the app sets.</param>
    public static NotedConfig Of(ImageConfig runImage, IReadOnlyCollection<KeyValuePair<string, string>> environment, IReadOnlyCollection<string> labels) => new(
        ByName(ByName(runImage.Environment).Except(environment)),
        ByName(runImage.Labels.Where(label => InheritedLabels.IsShared(label.Key) && !labels.Contains(label.Key))));

    /// <summary>Reads what was noted; null where nothing was, or it has another form.</summary>
    /// <param name="table">The label's table.</param>
    public static NotedConfig? Read(JsonObject? table) =>
        table?[EnvironmentKey] is JsonObject environment && Texts(environment) is { } variables && Texts(table[LabelsKey] as JsonObject ?? []) is { } labels
            ? new NotedConfig(variables, labels) : null;

    /// <summary>Adds it to the label's table.</summary>
    /// <param name="table">The label's table.</param>
    public void WriteTo(TomlTable table)
    {
        table[EnvironmentKey] = Table(Environment);
        if (Labels.Count > 0) table[LabelsKey] = Table(Labels);
    }

    /// <summary>Texts in the order of their names; the last of equal names counts.</summary>
    public static SortedDictionary<string, string> ByName(IEnumerable<KeyValuePair<string, string>> texts)
    {
        var sorted = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, string value) in texts) sorted[name] = value;
        return sorted;
    }

    private static TomlTable Table(IReadOnlyDictionary<string, string> texts)
    {
        var table = new TomlTable();
        foreach ((string name, string value) in texts.OrderBy(static text => text.Key, StringComparer.Ordinal)) table.Add(name, value);
        return table;
    }

    private static SortedDictionary<string, string>? Texts(JsonObject table) =>
        table.All(static member => member.Value?.GetValueKind() == JsonValueKind.String)
            ? ByName(table.Select(static member => KeyValuePair.Create(member.Key, member.Value!.GetValue<string>()))) : null;
}
