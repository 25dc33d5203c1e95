namespace BuildpackTasks.Lifecycle;

/// <summary>The errors of inspection: BPT2280 to BPT2299.</summary>
internal static partial class LifecycleErrors
{
    public static LifecycleException NothingToInspect(string name) =>
        new("BPT2280", $"'{ShownText.Line(name)}' is an index without images. Name an image, or an index that lists one.");
}
