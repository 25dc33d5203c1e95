using System.Text.Json.Nodes;

namespace BuildpackTasks.Oci;

/// <summary>How an index lists what it refers to (OCI image specification, "Image Index", <c>manifests</c>).</summary>
internal static class IndexEntryJson
{
    /// <summary>An entry without annotations.</summary>
    /// <param name="descriptor">What is listed.</param>
    /// <param name="platform">What it runs on; null for what is itself an index.</param>
    public static JsonObject Of(Descriptor descriptor, Platform? platform)
    {
        var json = new JsonObject
        {
            ["mediaType"] = descriptor.MediaType,
            ["size"] = descriptor.Size,
            ["digest"] = descriptor.Digest.ToString(),
        };
        if (platform is null) return json;
        var platformJson = new JsonObject { ["architecture"] = platform.Architecture, ["os"] = platform.Os };
        if (platform.OsVersion is not null) platformJson["os.version"] = platform.OsVersion;
        if (platform.Variant is not null) platformJson["variant"] = platform.Variant;
        json["platform"] = platformJson;
        return json;
    }
}
