using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// An image that a buildpacks lifecycle made, with what it says of itself (platform specification,
/// "io.buildpacks.lifecycle.metadata"): this one's, the reference's, and what older versions of that wrote.
/// </summary>
public sealed class BuildpacksImage
{
    private BuildpacksImage(string name, Image image, LifecycleMetadata metadata)
    {
        Name = name;
        Image = image;
        Metadata = metadata;
    }

    /// <summary>What messages call it.</summary>
    public string Name { get; }

    /// <summary>The image.</summary>
    public Image Image { get; }

    /// <summary>What it says of its layers.</summary>
    public LifecycleMetadata Metadata { get; }
}
