using System.Text.Json.Nodes;

namespace BuildpackTasks.Oci;

/// <summary>
/// One image for several platforms as an immutable value (OCI image specification, "Image Index"; Docker's manifest list): whoever
/// pulls it gets the image for the platform that it runs on.
/// </summary>
public sealed class ImageIndex
{
    private readonly JsonObject json;
    private readonly byte[] bytes;

    private ImageIndex(IReadOnlyList<Image> images, ImageFormat format, JsonObject json, byte[]? original = null)
    {
        Images = images;
        Format = format;
        this.json = json;
        bytes = original ?? CanonicalJson.Serialize(json);
        Descriptor = new Descriptor(MediaTypeOf(format), Digest.Of(bytes), bytes.Length);
    }

    /// <summary>The images, in the index' order.</summary>
    public IReadOnlyList<Image> Images { get; }

    /// <summary>Which family of media types the index has.</summary>
    public ImageFormat Format { get; }

    /// <summary>The index as it is stored. Not to be changed.</summary>
    public ReadOnlyMemory<byte> Bytes => bytes;

    /// <summary>The digest of its bytes.</summary>
    public Digest Digest => Descriptor.Digest;

    /// <summary>Its media type, digest and size in bytes.</summary>
    public Descriptor Descriptor { get; }

    /// <summary>Joins images. Equal images give an equal index, in whichever order they come: it is that of the platforms' names.</summary>
    /// <param name="images">The images; those of another family of media types are converted.</param>
    /// <param name="format">The family of media types.</param>
    /// <exception cref="OciException">BPT1008: two images are for the same platform, or there is none.</exception>
    public static ImageIndex Create(IEnumerable<Image> images, ImageFormat format)
    {
        Image[] sorted = [.. images.Select(image => image.WithFormat(format)).OrderBy(static image => Key(image.Config.Platform), StringComparer.Ordinal)];
        if (sorted.Length == 0) throw OciErrors.EmptyIndex();
        IGrouping<string, Image>? twice = sorted.GroupBy(static image => Key(image.Config.Platform)).FirstOrDefault(static group => group.Count() > 1);
        if (twice is not null) throw OciErrors.PlatformTwice(twice.First().Config.Platform);
        return new ImageIndex(sorted, format, new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = MediaTypeOf(format),
            ["manifests"] = new JsonArray([.. sorted.Select(static image => IndexEntryJson.Of(image.Descriptor, image.Config.Platform))]),
        });
    }

    /// <summary>
    /// An index that was read, with other images in place of those that it has: order, annotations, media type and what this type has
    /// no name for stay. What it lists beside images is left out: it speaks of the images as they were.
    /// </summary>
    /// <param name="original">The index as it was read.</param>
    /// <param name="images">The images, in the order of those that they replace; each keeps its own media types.</param>
    public static ImageIndex Replace(TaggedImage original, IReadOnlyList<Image> images)
    {
        ArgumentNullException.ThrowIfNull(original);
        ArgumentNullException.ThrowIfNull(images);
        if (!original.IsIndex) throw new ArgumentException("It is no index.", nameof(original));
        if (images.Count != original.Images.Count) throw new ArgumentException("There has to be an image for each.", nameof(images));

        ImageFormat format = original.Descriptor.MediaType == MediaTypes.OciIndex ? ImageFormat.Oci : ImageFormat.Docker;
        var json = (JsonObject)JsonNode.Parse(original.Bytes.Span)!;
        if (original.Others.Count == 0 && images.Zip(original.Images).All(static pair => pair.First.Digest == pair.Second.Digest))
            return new ImageIndex(images, format, json, original.Bytes.ToArray());

        var others = original.Others.Select(static other => other.Digest.ToString()).ToHashSet(StringComparer.Ordinal);
        var entries = (JsonArray)json["manifests"]!;
        json["manifests"] = new JsonArray([.. entries.Where(entry => !others.Contains((string)entry!["digest"]!)).Zip(images.Zip(original.Images), (entry, pair) =>
        {
            var changed = (JsonObject)entry!.DeepClone();
            IndexEntryJson.Point(changed, pair.First.Descriptor);
            if (pair.First.Config.Platform != pair.Second.Config.Platform) changed["platform"] = IndexEntryJson.Of(pair.First.Config.Platform);
            return (JsonNode?)changed;
        })]);
        return new ImageIndex(images, format, json);
    }

    /// <summary>This index in another family of media types, its images as well.</summary>
    /// <param name="format">The family.</param>
    public ImageIndex WithFormat(ImageFormat format)
    {
        if (format == Format) return this;
        Image[] images = [.. Images.Select(image => image.WithFormat(format))];
        var changed = (JsonObject)json.DeepClone();
        changed["mediaType"] = MediaTypeOf(format);
        foreach ((JsonNode? entry, Image image) in ((JsonArray)changed["manifests"]!).Zip(images)) IndexEntryJson.Point((JsonObject)entry!, image.Descriptor);
        return new ImageIndex(images, format, changed);
    }

    // Windows has an image for each version of the system.
    private static string Key(Platform platform) => $"{platform} {platform.OsVersion}";

    private static string MediaTypeOf(ImageFormat format) => format == ImageFormat.Oci ? MediaTypes.OciIndex : MediaTypes.DockerManifestList;
}
