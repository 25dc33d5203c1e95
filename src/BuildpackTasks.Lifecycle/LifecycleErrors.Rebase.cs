using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>The errors of rebase: BPT2220 to BPT2249.</summary>
internal static partial class LifecycleErrors
{
    public static LifecycleException NotABuildpacksImage(string image) =>
        new("BPT2220", $"The image '{Shown(image)}' has no label {LifecycleMetadata.Label}: no buildpacks lifecycle made it, and nothing tells its layers apart. Name an image that this package, pack or kpack built, or build this one again.");

    public static LifecycleException BadImageLabel(string image, string reason, Exception? inner = null) =>
        new("BPT2221", $"The label {LifecycleMetadata.Label} of the image '{Shown(image)}' cannot be used: {Shown(reason)}. Build the image again.", inner);

    public static LifecycleException LayerMissingInImage(string image, string layer, Digest diffId) =>
        new("BPT2222", $"The image '{Shown(image)}' says that it has the layer '{Shown(layer)}' ({diffId}), and it does not: another tool squashed or rebuilt it. Rebase the image as the lifecycle built it, or build it again.");

    public static LifecycleException NoRunImageLayers(string image, string reason) =>
        new("BPT2223", $"It cannot be told which layers of the image '{Shown(image)}' are its run image's: {reason}. Rebase the image as the lifecycle built it, or build it again.");
}
