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
        if (platform is not null) json["platform"] = Of(platform);
        return json;
    }

    /// <summary>What an entry says of the platform.</summary>
    /// <param name="platform">What the image runs on.</param>
    public static JsonObject Of(Platform platform)
    {
        var json = new JsonObject { ["architecture"] = platform.Architecture, ["os"] = platform.Os };
        if (platform.OsVersion is not null) json["os.version"] = platform.OsVersion;
        if (platform.Variant is not null) json["variant"] = platform.Variant;
        return json;
    }

    /// <summary>Makes an entry name something else.</summary>
    /// <param name="entry">The entry; changed.</param>
    /// <param name="descriptor">What it names afterwards.</param>
    public static void Point(JsonObject entry, Descriptor descriptor)
    {
        entry["mediaType"] = descriptor.MediaType;
        entry["size"] = descriptor.Size;
        entry["digest"] = descriptor.Digest.ToString();
        // OCI image specification, "Descriptors": a copy of the content, and where else it is.
        entry.Remove("data");
        entry.Remove("urls");
    }
}
