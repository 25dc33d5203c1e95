using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>What an image's manifest says of the image that it is based on (OCI image specification, "Annotations").</summary>
internal static class BaseAnnotations
{
    /// <summary>The annotation with the digest of the run image.</summary>
    public const string Digest = "org.opencontainers.image.base.digest";

    /// <summary>The annotation with the name of the run image.</summary>
    public const string Name = "org.opencontainers.image.base.name";

    /// <summary>The annotations. Docker's manifests have none, and an image on nothing has no base.</summary>
    /// <param name="runImage">The run image.</param>
    /// <param name="format">The media types of the image.</param>
    public static SortedDictionary<string, string> Of(ResolvedImage runImage, ImageFormat format)
    {
        var annotations = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (format == ImageFormat.Docker || runImage.Image.Layers.Count == 0) return annotations;
        annotations[Digest] = runImage.Image.Digest.ToString();
        // The annotation holds a name that can be pulled; a run image that is assembled or in a file has none.
        if (ImageReference.TryParse(runImage.Name, out ImageReference? reference)) annotations[Name] = reference.ToString();
        return annotations;
    }
}
