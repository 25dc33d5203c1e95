using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using BuildpackTasks.Testing;

namespace BuildpackTasks.Package.Tests;

/// <summary>Writes images whose layers are directories, as a tool does that knows the format and nothing of the product.</summary>
internal sealed class HandmadeImage : IDisposable
{
    private readonly TemporaryDirectory directory = new();
    private readonly List<(JsonObject Layer, string DiffId)> layers = [];
    private readonly JsonObject labels = [];

    public HandmadeImage() => directory.CreateDirectory("layout/blobs/sha256");

    /// <summary>The layout that <see cref="WriteAsync"/> writes, as an image's name.</summary>
    public string Name => $"oci:{directory.Combine("layout")}:image";

    /// <summary>Makes a layer of what is put into a directory.</summary>
    /// <returns>Its diff ID.</returns>
    public async Task<string> AddLayerAsync(Action<string> fill, CancellationToken cancellationToken)
    {
        string root = directory.CreateDirectory($"layer{layers.Count}");
        fill(root);
        string tar = root + ".tar";
        // TarFile would leave out files whose names begin with a dot, and with them what removes files of lower layers.
        await OtherTools.RunAsync("tar", ["-cf", tar, "--owner=0", "--group=0", "-C", root, "."], cancellationToken);
        byte[] bytes = await File.ReadAllBytesAsync(tar, cancellationToken);
        using var compressed = new MemoryStream();
        await using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true)) await gzip.WriteAsync(bytes, cancellationToken);
        string diffId = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";
        layers.Add((Blob("application/vnd.oci.image.layer.v1.tar+gzip", compressed.ToArray()), diffId));
        return diffId;
    }

    /// <summary>Sets a label to JSON.</summary>
    public void Label(string name, JsonNode value) => labels[name] = value.ToJsonString();

    /// <summary>Writes the image, with variables in its config, and copies it to where it shall be.</summary>
    public async Task WriteAsync(string? destination, CancellationToken cancellationToken, params string[] environment)
    {
        var config = new JsonObject
        {
            ["architecture"] = "amd64",
            ["os"] = "linux",
            ["config"] = new JsonObject { ["Labels"] = labels, ["Env"] = new JsonArray([.. environment.Select(static variable => JsonValue.Create(variable))]) },
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray([.. layers.Select(static layer => JsonValue.Create(layer.DiffId))]) },
        };
        var manifest = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = "application/vnd.oci.image.manifest.v1+json",
            ["config"] = Blob("application/vnd.oci.image.config.v1+json", Bytes(config)),
            ["layers"] = new JsonArray([.. layers.Select(static layer => layer.Layer)]),
        };
        JsonObject descriptor = Blob("application/vnd.oci.image.manifest.v1+json", Bytes(manifest));
        descriptor["annotations"] = new JsonObject { ["org.opencontainers.image.ref.name"] = "image" };
        directory.Write("layout/index.json", new JsonObject { ["schemaVersion"] = 2, ["manifests"] = new JsonArray(descriptor) }.ToJsonString());
        directory.Write("layout/oci-layout", """{"imageLayoutVersion":"1.0.0"}""");
        if (destination is not null) await OtherTools.CopyAsync(Name, destination, cancellationToken);
    }

    public void Dispose() => directory.Dispose();

    private static byte[] Bytes(JsonObject content) => Encoding.UTF8.GetBytes(content.ToJsonString());

    private JsonObject Blob(string mediaType, byte[] bytes)
    {
        string hex = Convert.ToHexStringLower(SHA256.HashData(bytes));
        directory.Write($"layout/blobs/sha256/{hex}", bytes);
        return new JsonObject { ["mediaType"] = mediaType, ["digest"] = $"sha256:{hex}", ["size"] = bytes.Length };
    }
}
