using System.Text.Json;
using System.Text.Json.Nodes;

namespace BuildpackTasks.Oci;

/// <summary>What the cache remembers of a fingerprint: the layer that was made of it.</summary>
internal sealed record LayerRecord(Digest DiffId, Descriptor Descriptor)
{
    public const int MaxLength = 4096;

    public byte[] ToBytes() => CanonicalJson.Serialize(new JsonObject
    {
        ["version"] = LayerFingerprint.FormatVersion,
        ["diffId"] = DiffId.ToString(),
        ["mediaType"] = Descriptor.MediaType,
        ["digest"] = Descriptor.Digest.ToString(),
        ["size"] = Descriptor.Size,
    });

    /// <summary>Reads a record; null for null, and for what is none or is of another version.</summary>
    public static LayerRecord? TryParse(byte[]? bytes)
    {
        if (bytes is null) return null;
        try
        {
            return JsonNode.Parse(bytes) is JsonObject json
                && (int?)json["version"] == LayerFingerprint.FormatVersion
                && Digest.TryParse((string?)json["diffId"], out Digest diffId)
                && Digest.TryParse((string?)json["digest"], out Digest digest)
                && (string?)json["mediaType"] is { Length: > 0 } mediaType
                && (long?)json["size"] is >= 0 and long size
                ? new LayerRecord(diffId, new Descriptor(mediaType, digest, size)) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            return null;
        }
    }
}
