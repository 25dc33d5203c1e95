using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>
/// The label as the reference lifecycle reads and writes it: members that it has no name for are lost, but not those in what buildpacks
/// note and not those of the app's layers; a member of another kind than expected is an error (platform specification,
/// "io.buildpacks.lifecycle.metadata").
/// </summary>
internal sealed record ReferenceLabel
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
    };

    public required JsonNode App { get; init; }

    public LayerSha? Sbom { get; init; }

    public required IReadOnlyList<Buildpack> Buildpacks { get; init; }

    public required LayerSha Config { get; init; }

    public required LayerSha Launcher { get; init; }

    [JsonPropertyName("process-types")]
    public required LayerSha ProcessTypes { get; init; }

    public required ForRebase RunImage { get; init; }

    public ForStack? Stack { get; init; }

    public static ReferenceLabel Read(string label) => JsonSerializer.Deserialize<ReferenceLabel>(label, Options)!;

    /// <summary>The label after the reference's rebase.</summary>
    public string Rebased(string topLayer, string reference) =>
        JsonSerializer.Serialize(this with { RunImage = RunImage with { TopLayer = topLayer, Reference = reference } }, Options);

    internal sealed record LayerSha(string Sha);

    internal sealed record Buildpack(string Key, string Version, IReadOnlyDictionary<string, Layer> Layers, JsonNode? Store);

    internal sealed record Layer(string Sha, JsonNode? Data, bool Build, bool Launch, bool Cache);

    internal sealed record ForRebase(string TopLayer, string Reference, string? Image, IReadOnlyList<string>? Mirrors);

    internal sealed record ForStack(Named RunImage);

    internal sealed record Named(string Image, IReadOnlyList<string>? Mirrors);
}
