namespace BuildpackTasks.Oci;

/// <summary>The errors of this room, one factory each: code, what is wrong, what to do.</summary>
internal static partial class OciErrors
{
    public static OciException PlatformTwice(Platform platform) =>
        new("BPT1008", $"Two of the images are for {platform}, and an image for several platforms has one for each. Leave one of them out.");

    public static OciException EmptyIndex() =>
        new("BPT1008", "There is no image for any platform. Name at least one.");

    public static OciException NotADigest(string value) =>
        new("BPT1001", $"'{value}' is not a digest. A digest is written sha256: and 64 lower-case hexadecimal digits.");

    public static OciException NotAnImageReference(string value) =>
        new("BPT1002", $"'{value}' is not an image reference. Write [registry/]repository[:tag][@digest], the repository in lower case.");

    public static OciException MalformedConfig(string image, string reason, Exception? inner = null) =>
        new("BPT1003", $"The config of '{image}' is not an image config: {reason}. Use another image or have this one pushed again.", inner);

    public static OciException MalformedManifest(string image, string reason, Exception? inner = null) =>
        new("BPT1004", $"The manifest of '{image}' cannot be used: {reason}. Use another image or have this one pushed again.", inner);

    public static OciException LayerCountMismatch(string image, int layers, int diffIds) =>
        MalformedManifest(image, $"it has {layers} layers and its config lists {diffIds}");

    public static OciException BadLayerPath(string path, string reason) =>
        new("BPT1005", $"A layer cannot be made: the path '{path}' {reason}.");

    public static OciException NoImageForPlatform(string image, Platform wanted, IEnumerable<Platform> present) =>
        new("BPT1006", $"'{image}' has no image for {wanted}. It has: {Listed(present)}. Use an image that is built for {wanted}, or set ContainerRuntimeIdentifier to one of those.");

    public static OciException ForeignLayer(string image, Digest layer) =>
        new("BPT1007", $"The layer {layer} of '{image}' is kept outside of registries (a foreign or non-distributable layer), which is not supported. Use an image whose layers its registry serves.");

    public static OciException ZstdInDocker(Digest layer) =>
        new("BPT1021", $"The layer {layer} is compressed with zstd, which an image with Docker's media types cannot have. Use an image with gzip layers, or have the image written with OCI's media types (ContainerImageFormat=OCI).");

    private static string Listed(IEnumerable<Platform> platforms) =>
        string.Join(", ", platforms.Select(static platform => Quoted.OneLine(platform.ToString(), 40)).Distinct().Order(StringComparer.Ordinal).Take(20)) is { Length: > 0 } list ? list : "none";
}
