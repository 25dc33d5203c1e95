using System.Text.Json;
using System.Text.Json.Nodes;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// What the label says of the run image: under <c>runImage</c> since Platform API 0.12, under <c>stack.runImage</c> before. The label
/// is whatever somebody wrote: a member of another kind than expected counts as missing.
/// </summary>
/// <param name="label">The label.</param>
internal sealed class RunImageTable(JsonObject label)
{
    private readonly JsonObject? runImage = label["runImage"] as JsonObject;
    private readonly JsonObject? stack = (label["stack"] as JsonObject)?["runImage"] as JsonObject;

    /// <summary>The name.</summary>
    public string? Image => Text(runImage?["image"]) ?? Text(stack?["image"]);

    /// <summary>Other places where the same image is.</summary>
    public IReadOnlyList<string> Mirrors
    {
        get
        {
            string[] mirrors = Texts(runImage?["mirrors"]);
            return Text(runImage?["image"]) is null && mirrors.Length == 0 ? Texts(stack?["mirrors"]) : mirrors;
        }
    }

    /// <summary>The image as it was found.</summary>
    public string? Reference => Text(runImage?["reference"]);

    /// <summary>What this project noted of its config.</summary>
    public NotedConfig? Config => NotedConfig.Read(runImage?[LifecycleMetadata.Addition] as JsonObject);

    /// <summary>Whether this project wrote the label last: others drop what they do not know.</summary>
    public bool IsOwn => label[LifecycleMetadata.Addition] is JsonObject;

    private static string? Text(JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.String && value.GetValue<string>() is { Length: > 0 } text ? text : null;

    private static string[] Texts(JsonNode? node) => [.. (node as JsonArray ?? []).Select(Text).OfType<string>()];
}
