using System.Text.Json.Nodes;

namespace BuildpackTasks.Oci;

/// <summary>
/// An image as an immutable value: config, layers and format; the manifest follows from them. Changing it gives a new one.
/// </summary>
public sealed class Image
{
    private readonly Lazy<byte[]> configBytes;
    private readonly Lazy<byte[]> manifestBytes;
    private readonly Lazy<Descriptor> configDescriptor;
    private readonly Lazy<Descriptor> descriptor;

    // What manifests that were read say of their layers, such as where a lazy puller finds the table of contents.
    private readonly IReadOnlyDictionary<Digest, IReadOnlyDictionary<string, string>> layerAnnotations;

    private Image(ImageConfig config, IReadOnlyList<ILayer> layers, ImageFormat format, IReadOnlyDictionary<string, string> annotations, IReadOnlyDictionary<Digest, IReadOnlyDictionary<string, string>> layerAnnotations, byte[]? originalConfig, byte[]? originalManifest, bool isNew = false)
    {
        // Docker's media types have no name for it, so readers would take it for gzip or refuse the image.
        if (originalManifest is null && format == ImageFormat.Docker && layers.FirstOrDefault(static layer => layer.Descriptor.MediaType == MediaTypes.OciLayerZstd) is { } zstd)
            throw OciErrors.ZstdInDocker(zstd.Descriptor.Digest);
        Config = config;
        Layers = layers;
        Format = format;
        Annotations = annotations;
        IsNew = isNew;
        this.layerAnnotations = layerAnnotations;
        configBytes = originalConfig is null ? new Lazy<byte[]>(config.ToBytes) : new Lazy<byte[]>(originalConfig);
        manifestBytes = originalManifest is null ? new Lazy<byte[]>(SerializeManifest) : new Lazy<byte[]>(originalManifest);
        configDescriptor = new Lazy<Descriptor>(() => Describe(format == ImageFormat.Oci ? MediaTypes.OciConfig : MediaTypes.DockerConfig, configBytes.Value));
        descriptor = new Lazy<Descriptor>(() => Describe(format == ImageFormat.Oci ? MediaTypes.OciManifest : MediaTypes.DockerManifest, manifestBytes.Value));
    }

    /// <summary>The config.</summary>
    public ImageConfig Config { get; }

    /// <summary>The layers, the lowest first.</summary>
    public IReadOnlyList<ILayer> Layers { get; }

    /// <summary>Which family of media types the image has.</summary>
    public ImageFormat Format { get; }

    /// <summary>The manifest's annotations, by name.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; }

    /// <summary>
    /// Whether layers were replaced in an image that was read: nobody is likely to have the outcome already, so that to look for it is not
    /// worth a question.
    /// </summary>
    internal bool IsNew { get; }

    /// <summary>The config as it is stored. Not to be changed.</summary>
    public ReadOnlyMemory<byte> ConfigBytes => configBytes.Value;

    /// <summary>The manifest as it is stored. Not to be changed.</summary>
    public ReadOnlyMemory<byte> ManifestBytes => manifestBytes.Value;

    /// <summary>The config's media type, digest and size in bytes.</summary>
    public Descriptor ConfigDescriptor => configDescriptor.Value;

    /// <summary>The manifest's media type, digest and size in bytes.</summary>
    public Descriptor Descriptor => descriptor.Value;

    /// <summary>The image's digest: that of its manifest.</summary>
    public Digest Digest => Descriptor.Digest;

    /// <summary>An image with a platform and no layers: what <c>scratch</c> means.</summary>
    /// <param name="platform">What it runs on.</param>
    /// <param name="format">Its media types.</param>
    public static Image Empty(Platform platform, ImageFormat format = ImageFormat.Oci) =>
        new(ImageConfig.Create(platform), [], format, NoAnnotations, NoLayerAnnotations, null, null);

    /// <summary>An image that was read from somewhere: it keeps the bytes, and with them the digest, that it had there.</summary>
    /// <param name="bytes">The manifest's bytes, already verified.</param>
    /// <param name="manifest">What they say.</param>
    /// <param name="config">The config's bytes, already verified.</param>
    /// <param name="layer">Makes a layer for its descriptor and diff ID.</param>
    /// <param name="name">What messages call the image.</param>
    /// <exception cref="OciException">BPT1003 or BPT1004: config and manifest are malformed or do not belong together.</exception>
    internal static Image FromStored(byte[] bytes, StoredManifest manifest, byte[] config, Func<Descriptor, Digest, ILayer> layer, string name)
    {
        ImageConfig parsed = ImageConfig.Parse(config, name);
        IReadOnlyList<Digest> diffIds = parsed.DiffIds;
        if (diffIds.Count != manifest.Layers.Count) throw OciErrors.LayerCountMismatch(name, manifest.Layers.Count, diffIds.Count);
        return new Image(parsed, [.. manifest.Layers.Zip(diffIds, layer)], manifest.Format, manifest.Annotations, manifest.LayerAnnotations, config, bytes);
    }

    /// <summary>An image that was read from somewhere that keeps no manifest: it keeps the config's bytes.</summary>
    /// <param name="config">The config's bytes, already verified.</param>
    /// <param name="layers">The layers, the lowest first.</param>
    /// <param name="format">The media types that its manifest shall have.</param>
    /// <param name="name">What messages call the image.</param>
    /// <exception cref="OciException">BPT1003 or BPT1004: the config is malformed or does not belong to the layers.</exception>
    internal static Image FromConfig(byte[] config, IReadOnlyList<ILayer> layers, ImageFormat format, string name)
    {
        ImageConfig parsed = ImageConfig.Parse(config, name);
        if (parsed.DiffIds.Count != layers.Count) throw OciErrors.LayerCountMismatch(name, layers.Count, parsed.DiffIds.Count);
        return new Image(parsed, layers, format, NoAnnotations, NoLayerAnnotations, config, null);
    }

    /// <summary>This image with one more layer on top.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="history">What made it, or null for no entry.</param>
    public Image Append(ILayer layer, HistoryEntry? history = null) =>
        new(Config.WithLayer(layer.DiffId, history), [.. Layers, layer], Format, Annotations, layerAnnotations, null, null, IsNew);

    /// <summary>This image with another layer in place of one that it has.</summary>
    /// <param name="index">Which: 0 is the lowest.</param>
    /// <param name="layer">The layer that comes.</param>
    /// <param name="createdBy">What made it, as a person reads it; null to keep what the history says.</param>
    public Image WithLayer(int index, ILayer layer, string? createdBy)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Layers.Count);
        ILayer[] layers = [.. Layers];
        layers[index] = layer;
        return new Image(Config.WithLayer(index, layer.DiffId, createdBy), layers, Format, Annotations, layerAnnotations, null, null, isNew: true);
    }

    /// <summary>
    /// This image on other lowest layers, with what those are for: the history, os, architecture, variant, <c>os.version</c> and
    /// <c>os.features</c> of the image that they come from. Everything else stays.
    /// </summary>
    /// <param name="count">How many of the lowest layers go.</param>
    /// <param name="onto">The image all of whose layers take their place.</param>
    /// <exception cref="OciException">BPT1021: a layer cannot be in an image with Docker's media types.</exception>
    public Image Rebase(int count, Image onto)
    {
        ArgumentNullException.ThrowIfNull(onto);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Layers.Count);
        var said = new Dictionary<Digest, IReadOnlyDictionary<string, string>>(onto.layerAnnotations);
        foreach ((Digest layer, IReadOnlyDictionary<string, string> annotations) in layerAnnotations) said.TryAdd(layer, annotations);
        return new Image(Config.Rebase(count, onto.Config), [.. onto.Layers, .. Layers.Skip(count)], Format, Annotations, said, null, null, isNew: true);
    }

    /// <summary>This image with its config changed.</summary>
    /// <param name="change">Gives the new config for the present one; must not change its layers.</param>
    public Image WithConfig(Func<ImageConfig, ImageConfig> change) =>
        new(change(Config), Layers, Format, Annotations, layerAnnotations, null, null, IsNew);

    /// <summary>This image in another family of media types; the layers' bytes stay as they are.</summary>
    /// <param name="format">The family.</param>
    public Image WithFormat(ImageFormat format) =>
        format == Format ? this : new(Config, Layers, format, Annotations, layerAnnotations, configBytes.Value, null, IsNew);

    /// <summary>This image with annotations in place of those it has.</summary>
    /// <param name="annotations">The annotations, by name.</param>
    public Image WithAnnotations(IReadOnlyDictionary<string, string> annotations) =>
        new(Config, Layers, Format, annotations, layerAnnotations, configBytes.Value, null, IsNew);

    private static readonly IReadOnlyDictionary<string, string> NoAnnotations = new Dictionary<string, string>();

    private static readonly IReadOnlyDictionary<Digest, IReadOnlyDictionary<string, string>> NoLayerAnnotations = new Dictionary<Digest, IReadOnlyDictionary<string, string>>();

    private static Descriptor Describe(string mediaType, byte[] bytes) => new(mediaType, Digest.Of(bytes), bytes.Length);

    private byte[] SerializeManifest()
    {
        var manifest = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = Format == ImageFormat.Oci ? MediaTypes.OciManifest : MediaTypes.DockerManifest,
            ["config"] = ToJson(ConfigDescriptor),
            ["layers"] = new JsonArray([.. Layers.Select(LayerJson)]),
        };
        if (Annotations.Count > 0) manifest["annotations"] = ToJson(Annotations);
        return CanonicalJson.Serialize(manifest);
    }

    private JsonObject LayerJson(ILayer layer)
    {
        JsonObject json = ToJson(layer.Descriptor with { MediaType = LayerMediaType(layer.Descriptor.MediaType) });
        // Docker's media types know of no annotations.
        if (Format == ImageFormat.Oci && layerAnnotations.TryGetValue(layer.Descriptor.Digest, out IReadOnlyDictionary<string, string>? annotations)) json["annotations"] = ToJson(annotations);
        return json;
    }

    private static JsonObject ToJson(IReadOnlyDictionary<string, string> annotations) => new(annotations
        .OrderBy(static annotation => annotation.Key, StringComparer.Ordinal)
        .Select(static annotation => KeyValuePair.Create(annotation.Key, (JsonNode?)annotation.Value)));

    // A manifest of one family with layers of the other is refused by some readers; the bytes are the same under both names.
    private string LayerMediaType(string mediaType) => (Format, mediaType) switch
    {
        (ImageFormat.Oci, MediaTypes.DockerLayerGzip) => MediaTypes.OciLayerGzip,
        (ImageFormat.Oci, MediaTypes.DockerLayer) => MediaTypes.OciLayer,
        (ImageFormat.Docker, MediaTypes.OciLayerGzip) => MediaTypes.DockerLayerGzip,
        (ImageFormat.Docker, MediaTypes.OciLayer) => MediaTypes.DockerLayer,
        _ => mediaType,
    };

    private static JsonObject ToJson(Descriptor descriptor) => new()
    {
        ["mediaType"] = descriptor.MediaType,
        ["size"] = descriptor.Size,
        ["digest"] = descriptor.Digest.ToString(),
    };
}
