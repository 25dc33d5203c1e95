using System.Text.Json.Nodes;

namespace BuildpackTasks.Oci;

/// <summary>
/// One image for several platforms as an immutable value (OCI image specification, "Image Index"; Docker's manifest list): whoever
/// pulls it gets the image for the platform that it runs on. Equal images give an equal index, in whichever order they come.
/// </summary>
public sealed class ImageIndex
{
    private readonly byte[] bytes;

    private ImageIndex(IReadOnlyList<Image> images, ImageFormat format)
    {
        Images = images;
        Format = format;
        bytes = Serialize();
    }

    /// <summary>The images, one for a platform, by the platform's name.</summary>
    public IReadOnlyList<Image> Images { get; }

    /// <summary>Which family of media types the index and its images have.</summary>
    public ImageFormat Format { get; }

    /// <summary>The index as it is stored. Not to be changed.</summary>
    public ReadOnlyMemory<byte> Bytes => bytes;

    /// <summary>The digest of its bytes.</summary>
    public Digest Digest => Digest.Of(bytes);

    /// <summary>Its media type, digest and size in bytes.</summary>
    public Descriptor Descriptor => new(Format == ImageFormat.Oci ? MediaTypes.OciIndex : MediaTypes.DockerManifestList, Digest, bytes.Length);

    /// <summary>Joins images.</summary>
    /// <param name="images">The images; those of another family of media types are converted.</param>
    /// <param name="format">The family of media types.</param>
    /// <exception cref="OciException">BPT1008: two images are for the same platform, or there is none.</exception>
    public static ImageIndex Create(IEnumerable<Image> images, ImageFormat format)
    {
        Image[] sorted = [.. images.Select(image => image.WithFormat(format)).OrderBy(static image => Key(image.Config.Platform), StringComparer.Ordinal)];
        if (sorted.Length == 0) throw OciErrors.EmptyIndex();
        IGrouping<string, Image>? twice = sorted.GroupBy(static image => Key(image.Config.Platform)).FirstOrDefault(static group => group.Count() > 1);
        if (twice is not null) throw OciErrors.PlatformTwice(twice.First().Config.Platform);
        return new ImageIndex(sorted, format);
    }

    /// <summary>This index in another family of media types, its images as well.</summary>
    /// <param name="format">The family.</param>
    public ImageIndex WithFormat(ImageFormat format) => format == Format ? this : Create(Images, format);

    // Windows has an image for each version of the system.
    private static string Key(Platform platform) => $"{platform} {platform.OsVersion}";

    private byte[] Serialize() => CanonicalJson.Serialize(new JsonObject
    {
        ["schemaVersion"] = 2,
        ["mediaType"] = Format == ImageFormat.Oci ? MediaTypes.OciIndex : MediaTypes.DockerManifestList,
        ["manifests"] = new JsonArray([.. Images.Select(static image => IndexEntryJson.Of(image.Descriptor, image.Config.Platform))]),
    });
}
