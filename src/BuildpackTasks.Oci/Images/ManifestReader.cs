using System.Text.Json;

namespace BuildpackTasks.Oci;

/// <summary>
/// Reads manifests and indexes that come from outside: what they say is checked before anybody acts on it.
/// </summary>
internal static class ManifestReader
{
    /// <summary>The most bytes that a manifest or an index may have (distribution specification, "Pushing Manifests").</summary>
    public const long MaxManifestLength = 4 << 20;

    /// <summary>The most bytes that a config may have.</summary>
    public const long MaxConfigLength = 8 << 20;

    private const int MaxEntries = 10_000;

    /// <summary>Reads a manifest or an index.</summary>
    /// <param name="bytes">Its bytes, already verified.</param>
    /// <param name="mediaType">What the store says it is, or null where it does not say.</param>
    /// <param name="name">What messages call the image.</param>
    /// <exception cref="OciException">BPT1004: it is neither, or malformed. BPT1007: a layer is kept outside of registries.</exception>
    public static StoredDocument Read(ReadOnlyMemory<byte> bytes, string? mediaType, string name)
    {
        StoredDocument document = ReadAny(bytes, mediaType, name);
        return document is not StoredArtifact artifact ? document
            : throw OciErrors.MalformedManifest(name, $"its config has the media type '{Quoted.OneLine(artifact.Config.MediaType, 100)}', so it is not an image that runs");
    }

    /// <summary>Reads a manifest, an image's or not, or an index.</summary>
    /// <param name="bytes">Its bytes, already verified.</param>
    /// <param name="mediaType">What the store says it is, or null where it does not say.</param>
    /// <param name="name">What messages call the image.</param>
    /// <exception cref="OciException">BPT1004: it is neither, or malformed. BPT1007: a layer is kept outside of registries.</exception>
    public static StoredDocument ReadAny(ReadOnlyMemory<byte> bytes, string? mediaType, string name)
    {
        try
        {
            // A member that is there twice would be read differently by different readers.
            using JsonDocument document = JsonDocument.Parse(bytes, new JsonDocumentOptions { MaxDepth = 32, AllowDuplicateProperties = false });
            return Read(document.RootElement, mediaType, name);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw OciErrors.MalformedManifest(name, "it is not the JSON that the specification describes", e);
        }
    }

    private static StoredDocument Read(JsonElement root, string? mediaType, string name)
    {
        if (root.ValueKind != JsonValueKind.Object) throw OciErrors.MalformedManifest(name, "it is not a JSON object");
        int version = root.TryGetProperty("schemaVersion", out JsonElement schema) && schema.TryGetInt32(out int number) ? number : 0;
        if (version == 1) throw OciErrors.MalformedManifest(name, "it has the old form 'schema 1', which has no digests to verify");
        if (version != 2) throw OciErrors.MalformedManifest(name, "its schemaVersion is not 2");

        // OCI manifests need not name their own type; one that does has to say the same as the store
        // (OCI image specification, "Image Manifest", mediaType).
        string? own = Text(root, "mediaType");
        bool known = mediaType is not null && (MediaTypes.IsManifest(mediaType) || MediaTypes.IsIndex(mediaType));
        if (known && own is not null && own != mediaType)
            throw OciErrors.MalformedManifest(name, $"it says that it is '{Quoted.OneLine(own, 100)}' and the store says '{mediaType}'");

        bool hasManifests = root.TryGetProperty("manifests", out _);
        string type = own ?? (known ? mediaType! : hasManifests ? MediaTypes.OciIndex : MediaTypes.OciManifest);
        bool hasLayers = root.TryGetProperty("layers", out _) || root.TryGetProperty("config", out _);
        // One document that reads as both would be two different images to two readers (CVE-2021-41190).
        if (hasManifests && hasLayers) throw OciErrors.MalformedManifest(name, "it is an index and a manifest at once");
        if (MediaTypes.IsIndex(type)) return ReadIndex(root, type == MediaTypes.OciIndex ? ImageFormat.Oci : ImageFormat.Docker, name);
        if (MediaTypes.IsManifest(type)) return ReadManifest(root, type == MediaTypes.OciManifest ? ImageFormat.Oci : ImageFormat.Docker, name);
        throw OciErrors.MalformedManifest(name, $"its media type '{Quoted.OneLine(type, 100)}' is not an image's");
    }

    private static StoredDocument ReadManifest(JsonElement root, ImageFormat format, string name)
    {
        if (!root.TryGetProperty("config", out JsonElement configElement)) throw OciErrors.MalformedManifest(name, "it names no config");
        Descriptor config = ReadDescriptor(configElement, name);
        if (!MediaTypes.IsConfig(config.MediaType)) return new StoredArtifact(config);
        if (config.Size > MaxConfigLength) throw OciErrors.MalformedManifest(name, $"its config has {config.Size} bytes, more than {MaxConfigLength}");

        var layers = new List<Descriptor>();
        var annotations = new Dictionary<Digest, IReadOnlyDictionary<string, string>>();
        foreach (JsonElement element in Elements(root, "layers", name))
        {
            Descriptor layer = ReadDescriptor(element, name);
            bool elsewhere = element.TryGetProperty("urls", out JsonElement urls) && urls.ValueKind == JsonValueKind.Array && urls.GetArrayLength() > 0;
            if (elsewhere || layer.MediaType.Contains(".foreign.", StringComparison.Ordinal) || layer.MediaType.Contains(".nondistributable.", StringComparison.Ordinal))
                throw OciErrors.ForeignLayer(name, layer.Digest);
            if (!MediaTypes.IsLayer(layer.MediaType))
                throw OciErrors.MalformedManifest(name, $"a layer has the unknown media type '{Quoted.OneLine(layer.MediaType, 100)}'");
            layers.Add(layer);
            if (ReadAnnotations(element) is { Count: > 0 } said) annotations[layer.Digest] = said;
        }
        return new StoredManifest(format, config, layers, ReadAnnotations(root)) { LayerAnnotations = annotations };
    }

    private static StoredIndex ReadIndex(JsonElement root, ImageFormat format, string name)
    {
        var entries = new List<StoredIndexEntry>();
        foreach (JsonElement element in Elements(root, "manifests", name))
        {
            Platform? platform = element.TryGetProperty("platform", out JsonElement at) && at.ValueKind == JsonValueKind.Object
                ? new Platform(Text(at, "os") ?? "", Text(at, "architecture") ?? "", Text(at, "variant"), Text(at, "os.version"))
                : null;
            entries.Add(new StoredIndexEntry(ReadDescriptor(element, name), platform, ReadAnnotations(element)));
        }
        return new StoredIndex(format, entries, ReadAnnotations(root));
    }

    private static Descriptor ReadDescriptor(JsonElement element, string name)
    {
        string mediaType = Text(element, "mediaType") ?? throw OciErrors.MalformedManifest(name, "a descriptor has no media type");
        if (!Digest.TryParse(Text(element, "digest"), out Digest digest)) throw OciErrors.MalformedManifest(name, "a descriptor has no valid digest");
        if (!element.TryGetProperty("size", out JsonElement length) || !length.TryGetInt64(out long size) || size < 0)
            throw OciErrors.MalformedManifest(name, $"the size of {digest} is not a number of bytes");
        return new Descriptor(mediaType, digest, size);
    }

    private static JsonElement.ArrayEnumerator Elements(JsonElement root, string member, string name)
    {
        if (!root.TryGetProperty(member, out JsonElement list) || list.ValueKind == JsonValueKind.Null) return default;
        if (list.ValueKind != JsonValueKind.Array) throw OciErrors.MalformedManifest(name, $"'{member}' is not a list");
        if (list.GetArrayLength() > MaxEntries) throw OciErrors.MalformedManifest(name, $"'{member}' has more than {MaxEntries} entries");
        return list.EnumerateArray();
    }

    private static Dictionary<string, string> ReadAnnotations(JsonElement element)
    {
        var annotations = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!element.TryGetProperty("annotations", out JsonElement at) || at.ValueKind == JsonValueKind.Null) return annotations;
        foreach (JsonProperty annotation in at.EnumerateObject()) annotations[annotation.Name] = annotation.Value.GetString() ?? "";
        return annotations;
    }

    private static string? Text(JsonElement from, string name) =>
        from.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value.GetString() : null;
}
