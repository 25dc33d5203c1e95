using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace BuildpackTasks.DotNet;

/// <summary>
/// <c>NAME.staticwebassets.endpoints.json</c>: what <c>MapStaticAssets</c> answers with, by route. It holds each asset's
/// <c>Last-Modified</c>, which the build takes from the time of a file: that of a checkout or of the build itself.
/// </summary>
internal static class EndpointsManifest
{
    /// <summary>How the names of such files end.</summary>
    public const string Suffix = ".staticwebassets.endpoints.json";

    private const string LastModified = "Last-Modified";

    // What is not ASCII stays as readable as it was.
    private static readonly JsonSerializerOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Gives every asset another time; all else stays.</summary>
    /// <param name="manifest">The file's bytes.</param>
    /// <param name="times">The times, by the asset's path as the manifest has it, relative to the web root.</param>
    /// <returns>The changed bytes; null where there is nothing to change, or the file is not what it should be: then it stays as it is.</returns>
    public static byte[]? WithTimes(ReadOnlySpan<byte> manifest, Func<string, DateTimeOffset> times)
    {
        try
        {
            // The reader knows no byte order mark.
            if (manifest.StartsWith("\uFEFF"u8)) manifest = manifest["\uFEFF"u8.Length..];
            if (JsonNode.Parse(manifest) is not JsonObject root || root["Endpoints"] is not JsonArray endpoints) return null;
            bool changed = false;
            foreach (JsonObject endpoint in endpoints.OfType<JsonObject>())
            {
                if (Text(endpoint["AssetFile"]) is not { } asset || endpoint["ResponseHeaders"] is not JsonArray headers) continue;
                foreach (JsonObject header in headers.OfType<JsonObject>())
                {
                    if (!LastModified.Equals(Text(header["Name"]), StringComparison.OrdinalIgnoreCase) || Text(header["Value"]) is null) continue;
                    header["Value"] = times(asset).UtcDateTime.ToString("R", CultureInfo.InvariantCulture);
                    changed = true;
                }
            }
            return changed ? JsonSerializer.SerializeToUtf8Bytes(root, Format) : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The assets whose times <see cref="WithTimes"/> asks for.</summary>
    public static IReadOnlySet<string> Assets(ReadOnlySpan<byte> manifest)
    {
        var assets = new SortedSet<string>(StringComparer.Ordinal);
        WithTimes(manifest, asset =>
        {
            assets.Add(asset);
            return default;
        });
        return assets;
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
