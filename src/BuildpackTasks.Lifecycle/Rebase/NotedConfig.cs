using System.Text.Json;
using System.Text.Json.Nodes;
using BuildpackTasks.Oci;
using BuildpackTasks.Toml;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// What a run image's config passed on to an image on it. Kept in the image's label, so that a rebase can tell what the run image
/// defined from what the app set.
/// </summary>
/// <param name="Environment">The variables, by name.</param>
/// <param name="Labels">The labels that came from the run image, by name, but for those that a rebase always takes over.</param>
internal sealed record NotedConfig(IReadOnlyDictionary<string, string> Environment, IReadOnlyDictionary<string, string> Labels)
{
    /// <summary>Labels that say what the run image is, and so are always the run image's (platform specification, "Rebase").</summary>
    public static readonly IReadOnlyList<string> AlwaysTaken = ["io.buildpacks.base.", "io.buildpacks.stack."];

    private const string EnvironmentKey = "environment";
    private const string LabelsKey = "labels";

    /// <summary>What a run image passes on to an image.</summary>
    /// <param name="runImage">The run image's config.</param>
    /// <param name="labels">The labels of the image on it.</param>
    public static NotedConfig Of(ImageConfig runImage, IReadOnlyDictionary<string, string> labels)
    {
        var environment = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, string value) in runImage.Environment) environment[name] = value;
        return new NotedConfig(environment, new SortedDictionary<string, string>(
            runImage.Labels.Where(label => !IsAlwaysTaken(label.Key) && labels.TryGetValue(label.Key, out string? value) && value == label.Value).ToDictionary(), StringComparer.Ordinal));
    }

    /// <summary>Whether a label is the run image's, whatever the image has.</summary>
    public static bool IsAlwaysTaken(string label) => AlwaysTaken.Any(prefix => label.StartsWith(prefix, StringComparison.Ordinal));

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

    private static TomlTable Table(IReadOnlyDictionary<string, string> texts)
    {
        var table = new TomlTable();
        foreach ((string name, string value) in texts.OrderBy(static text => text.Key, StringComparer.Ordinal)) table.Add(name, value);
        return table;
    }

    private static SortedDictionary<string, string>? Texts(JsonObject table) =>
        table.All(static member => member.Value?.GetValueKind() == JsonValueKind.String)
            ? new SortedDictionary<string, string>(table.ToDictionary(static member => member.Key, static member => member.Value!.GetValue<string>()), StringComparer.Ordinal) : null;
}
