using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace BuildpackTasks.Package.Tests;

/// <summary>Makes a run image of a published image: what the image was stacked on, with a config of its own.</summary>
internal static class RunImageLayout
{
    /// <summary>Writes it into a layout, under the tag <c>run</c>.</summary>
    /// <param name="published">The layout of the published image.</param>
    /// <param name="directory">The layout to write.</param>
    /// <param name="asIndex">Whether the tag is an index of two platforms, of which the other one has no layers.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <param name="architecture">The architecture that its config names.</param>
    /// <returns>The digest under the tag.</returns>
    public static async Task<string> WriteAsync(string published, string directory, bool asIndex, CancellationToken cancellationToken, string architecture = "amd64")
    {
        var image = await ImageInLayout.ReadAsync(published, cancellationToken);
        var layer = image.Layers[0];
        Directory.CreateDirectory(Path.Combine(directory, "blobs", "sha256"));
        File.Copy(layer.File, Path.Combine(directory, "blobs", "sha256", Path.GetFileName(layer.File)));
        var config = JsonNode.Parse(image.Config.GetRawText())!.AsObject();
        config["rootfs"]!["diff_ids"] = new JsonArray(config["rootfs"]!["diff_ids"]![0]!.DeepClone());
        config["history"] = new JsonArray(config["history"]![0]!.DeepClone());
        config["architecture"] = architecture;
        config["config"] = new JsonObject { ["Env"] = new JsonArray("PATH=/usr/bin") };
        var manifest = Manifest(directory, config, [Descriptor("application/vnd.oci.image.layer.v1.tar+gzip", layer.Digest, layer.Size)]);
        if (asIndex)
        {
            config["architecture"] = "arm64";
            config["rootfs"]!["diff_ids"] = new JsonArray();
            config["history"] = new JsonArray();
            var other = Manifest(directory, config, []);
            other["platform"] = new JsonObject { ["os"] = "linux", ["architecture"] = "arm64" };
            manifest["platform"] = new JsonObject { ["os"] = "linux", ["architecture"] = "amd64" };
            manifest = WriteBlob(directory, "application/vnd.oci.image.index.v1+json", Index(other, manifest));
        }

        var digest = (string)manifest["digest"]!;
        manifest["annotations"] = new JsonObject { ["org.opencontainers.image.ref.name"] = "run" };
        await File.WriteAllTextAsync(Path.Combine(directory, "index.json"), Index(manifest).ToJsonString(), cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(directory, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""", cancellationToken);
        return digest;
    }

    private static JsonObject Manifest(string directory, JsonObject config, IEnumerable<JsonObject> layers) =>
        WriteBlob(directory, "application/vnd.oci.image.manifest.v1+json", new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = "application/vnd.oci.image.manifest.v1+json",
            ["config"] = WriteBlob(directory, "application/vnd.oci.image.config.v1+json", config),
            ["layers"] = new JsonArray([.. layers]),
        });

    private static JsonObject Index(params JsonObject[] manifests) => new()
    {
        ["schemaVersion"] = 2,
        ["mediaType"] = "application/vnd.oci.image.index.v1+json",
        ["manifests"] = new JsonArray([.. manifests]),
    };

    private static JsonObject WriteBlob(string directory, string mediaType, JsonObject content)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(content.ToJsonString());
        var hex = Convert.ToHexStringLower(SHA256.HashData(bytes));
        File.WriteAllBytes(Path.Combine(directory, "blobs", "sha256", hex), bytes);
        return Descriptor(mediaType, $"sha256:{hex}", bytes.Length);
    }

    private static JsonObject Descriptor(string mediaType, string digest, long size) =>
        new() { ["mediaType"] = mediaType, ["digest"] = digest, ["size"] = size };
}
