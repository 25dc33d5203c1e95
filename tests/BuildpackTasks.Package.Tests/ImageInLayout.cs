using System.Text.Json;

namespace BuildpackTasks.Package.Tests;

/// <summary>The one image of an OCI layout, as a reader sees it that knows the format and nothing of the product.</summary>
/// <param name="Digest">Its manifest's digest.</param>
/// <param name="ConfigDigest">Its config's digest.</param>
/// <param name="Config">Its config.</param>
/// <param name="Layers">Its layers, the lowest first.</param>
internal sealed record ImageInLayout(string Digest, string ConfigDigest, JsonElement Config, IReadOnlyList<LayerInLayout> Layers)
{
    private const string Slice = "Application Slice: ";
    private const string Layer = "Layer: '";

    /// <summary>What runs in the container, and as whom.</summary>
    public JsonElement Execution => Config.GetProperty("config");

    /// <summary>The layers' names.</summary>
    public string[] LayerNames => [.. Layers.Select(layer => layer.Name)];

    /// <summary>The layer of a name.</summary>
    public LayerInLayout this[string name] => Layers.Single(layer => layer.Name == name);

    /// <summary>Reads the image of a layout that holds one.</summary>
    public static async Task<ImageInLayout> ReadAsync(string layout, CancellationToken cancellationToken)
    {
        var index = await ParseAsync(Path.Combine(layout, "index.json"), cancellationToken);
        var digest = index.GetProperty("manifests").EnumerateArray().Select(DigestOf).Distinct().Single();
        var manifest = await ParseAsync(BlobOf(layout, digest), cancellationToken);
        var configDigest = DigestOf(manifest.GetProperty("config"));
        var config = await ParseAsync(BlobOf(layout, configDigest), cancellationToken);
        var names = config.GetProperty("history").EnumerateArray().Select(entry => NameOf(entry.GetProperty("created_by").GetString()!)).ToArray();
        var layers = manifest.GetProperty("layers").EnumerateArray()
            .Zip(names, (layer, name) => new LayerInLayout(name, DigestOf(layer), layer.GetProperty("size").GetInt64(), BlobOf(layout, DigestOf(layer))))
            .ToArray();
        Assert.HasCount(names.Length, layers);
        return new ImageInLayout(digest, configDigest, config, layers);
    }

    private static async Task<JsonElement> ParseAsync(string file, CancellationToken cancellationToken)
    {
        using var document = JsonDocument.Parse(await File.ReadAllBytesAsync(file, cancellationToken));
        return document.RootElement.Clone();
    }

    private static string DigestOf(JsonElement descriptor) => descriptor.GetProperty("digest").GetString()!;

    private static string BlobOf(string layout, string digest) => Path.Combine([layout, "blobs", .. digest.Split(':')]);

    // The history says which layer is which.
    private static string NameOf(string createdBy) => createdBy switch
    {
        "Application Layer" => "app",
        _ when createdBy.StartsWith(Slice, StringComparison.Ordinal) => createdBy[Slice.Length..],
        _ when createdBy.StartsWith(Layer, StringComparison.Ordinal) => createdBy.Split('\'')[1],
        _ => createdBy.Split(": ")[0],
    };
}
