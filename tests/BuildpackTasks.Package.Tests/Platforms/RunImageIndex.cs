using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace BuildpackTasks.Package.Tests;

/// <summary>A layout with a run image for two platforms that says of itself that it has .NET.</summary>
internal static class RunImageIndex
{
    private const string Manifest = "application/vnd.oci.image.manifest.v1+json";

    /// <summary>Writes the layout; the image's tag is <c>10.0</c>.</summary>
    public static void Write(string directory)
    {
        Directory.CreateDirectory(Path.Combine(directory, "blobs", "sha256"));
        var manifests = new JsonArray();
        foreach (var architecture in new[] { "amd64", "arm64" })
        {
            var entry = Image(directory, architecture);
            entry["platform"] = new JsonObject { ["os"] = "linux", ["architecture"] = architecture };
            manifests.Add(entry);
        }
        var index = Blob(directory, "application/vnd.oci.image.index.v1+json", Json(new JsonObject { ["schemaVersion"] = 2, ["manifests"] = manifests }));
        index["annotations"] = new JsonObject { ["org.opencontainers.image.ref.name"] = "10.0" };
        File.WriteAllBytes(Path.Combine(directory, "index.json"), Json(new JsonObject { ["schemaVersion"] = 2, ["manifests"] = new JsonArray(index) }));
        File.WriteAllText(Path.Combine(directory, "oci-layout"), """{"imageLayoutVersion":"1.0.0"}""");
    }

    private static JsonObject Image(string directory, string architecture)
    {
        var tar = Tar(architecture);
        var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
        {
            gzip.Write(tar);
        }
        var config = new JsonObject
        {
            ["architecture"] = architecture,
            ["os"] = "linux",
            ["config"] = new JsonObject { ["User"] = "1654", ["Env"] = new JsonArray("PATH=/usr/bin", "DOTNET_VERSION=10.0.9") },
            ["rootfs"] = new JsonObject { ["type"] = "layers", ["diff_ids"] = new JsonArray($"sha256:{Hex(tar)}") },
        };
        return Blob(directory, Manifest, Json(new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = Manifest,
            ["config"] = Blob(directory, "application/vnd.oci.image.config.v1+json", Json(config)),
            ["layers"] = new JsonArray(Blob(directory, "application/vnd.oci.image.layer.v1.tar+gzip", compressed.ToArray())),
        }));
    }

    private static byte[] Tar(string architecture)
    {
        var tar = new MemoryStream();
        using (var writer = new TarWriter(tar, TarEntryFormat.Ustar, leaveOpen: true))
        {
            writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "architecture") { DataStream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(architecture)) });
        }
        return tar.ToArray();
    }

    private static JsonObject Blob(string directory, string mediaType, byte[] content)
    {
        File.WriteAllBytes(Path.Combine(directory, "blobs", "sha256", Hex(content)), content);
        return new JsonObject { ["mediaType"] = mediaType, ["digest"] = $"sha256:{Hex(content)}", ["size"] = content.Length };
    }

    private static byte[] Json(JsonObject json) => System.Text.Encoding.UTF8.GetBytes(json.ToJsonString());

    private static string Hex(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
