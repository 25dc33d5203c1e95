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

    public static LifecycleException NoRunImageName(string image) =>
        new("BPT2224", $"The image '{Shown(image)}' does not say which run image it was built on. Set RunImage to the one to put it on.");

    public static LifecycleException TooManyLayers(string image, int count, int most) =>
        new("BPT2225", $"The image '{Shown(image)}' has {count} layers, more than any engine runs; at most {most} are read. Build the image again with fewer.");

    public static LifecycleException NotRebasable(string image) =>
        new("BPT2230", $"The maker of the image '{Shown(image)}' says that it cannot be rebased (label io.buildpacks.rebasable). Build it again, or set {Force}.");

    public static LifecycleException RunImageNotAllowed(string image, string runImage, IReadOnlyCollection<string> allowed) =>
        new("BPT2231", allowed.Count == 0
            ? $"The image '{Shown(image)}' does not say which run images it may be put on, and so not '{Shown(runImage)}'. Build it again, or set {Force}."
            : $"The image '{Shown(image)}' was built on '{string.Join("' or '", allowed.Take(MostListed).Select(Shown))}', and '{Shown(runImage)}' is not a version of that. Set RunImage to one, or set {Force}.");

    public static LifecycleException OtherPlatform(RebaseSide image, RebaseSide runImage) =>
        new("BPT2232", $"The image '{Shown(image.Name)}' is for {image.Platform}, and the run image '{Shown(runImage.Name)}' for {runImage.Platform}. Set RunImage to one for {image.Platform}, or set {Force}.");

    public static LifecycleException OtherDistribution(RebaseSide image, TargetDistribution old, RebaseSide runImage, TargetDistribution? coming) =>
        new("BPT2233", $"The image '{Shown(image.Name)}' is built for {Shown(Text(old))}, and the run image '{Shown(runImage.Name)}' is {(coming is null ? "of no known distribution" : Shown(Text(coming)))}. Build it again on that, or set {Force}.");

    public static LifecycleException OtherCLibrary(RebaseSide image, RebaseSide runImage) =>
        new("BPT2234", $"The image '{Shown(image.Name)}' is built for the C library {image.CLibrary}, and the run image '{Shown(runImage.Name)}' has {runImage.CLibrary ?? "none"}. Build it again on that, or set {Force}.");

    public static LifecycleException OlderRunImage(RebaseSide image, RebaseSide runImage, IReadOnlyCollection<string> older) =>
        new("BPT2235", $"The run image '{Shown(runImage.Name)}' is older than what the image '{Shown(image.Name)}' has: {Shown(string.Join(", ", older.Take(MostListed)))}{(older.Count > MostListed ? $" and {older.Count - MostListed} more" : "")}. Set RunImage to a newer one, or set {Force}.");

    public static LifecycleException OtherStack(RebaseSide image, RebaseSide runImage) =>
        new("BPT2236", $"The image '{Shown(image.Name)}' is of the stack '{Shown(image.Stack!)}', and the run image '{Shown(runImage.Name)}' {(runImage.Stack is null ? "of none" : $"of '{Shown(runImage.Stack)}'")}. Set RunImage to one of the same stack, or set {Force}.");

    public static LifecycleException MissingMixins(RebaseSide image, RebaseSide runImage, IReadOnlyCollection<string> missing) =>
        new("BPT2236", $"The image '{Shown(image.Name)}' needs {Shown(string.Join(", ", missing.Take(MostListed)))}{(missing.Count > MostListed ? $" and {missing.Count - MostListed} more" : "")} of its stack, which the run image '{Shown(runImage.Name)}' does not name (label io.buildpacks.stack.mixins). Set RunImage to one that has it, or set {Force}.");

    /// <summary>An objection that is not the only one.</summary>
    public static LifecycleException Objections(CodedException first, IReadOnlyCollection<CodedException> more) =>
        new(first.Code, $"{first.Message} There {(more.Count == 1 ? "is one more objection" : $"are {more.Count} more objections")} ({string.Join(", ", more.Select(static objection => objection.Code).Distinct())}).", first);

    /// <summary>What is wrong with one of the images of an index.</summary>
    public static LifecycleException ForPlatform(Platform platform, CodedException inner) =>
        new(inner.Code, $"For {Shown(platform.ToString())}: {inner.Message}", inner);

    /// <summary>An objection as it is told where it was overridden: without what to do about it.</summary>
    public static string Overridden(CodedException objection)
    {
        int advice = objection.Message.LastIndexOf(Force, StringComparison.Ordinal);
        int end = advice < 0 ? -1 : objection.Message.LastIndexOf(". ", advice, StringComparison.Ordinal);
        return end < 0 ? objection.Message : objection.Message[..(end + 1)];
    }

    private const string Force = "ForceRebase=true to do it all the same";
    private const int MostListed = 5;

    private static string Text(TargetDistribution distribution) => distribution.Version is null ? distribution.Name! : $"{distribution.Name} {distribution.Version}";
}
