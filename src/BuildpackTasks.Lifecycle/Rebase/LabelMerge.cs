namespace BuildpackTasks.Lifecycle;

/// <summary>
/// The labels of an image that moves from one run image to another: those that say what the run image is are the new one's, those
/// that the image has unchanged from the old one become what the new one says, and what the app set stays.
/// </summary>
/// <param name="Labels">All labels afterwards, by name.</param>
/// <param name="Inherited">Those that both run image and app may set and that are the run image's, by name.</param>
internal sealed record LabelMerge(IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> Inherited)
{
    /// <summary>Merges.</summary>
    /// <param name="image">The image's labels.</param>
    /// <param name="old">The old run image's; null where they are not known, and what the image has is taken for the app's.</param>
    /// <param name="runImage">The new run image's.</param>
    public static LabelMerge Of(IReadOnlyDictionary<string, string> image, IReadOnlyDictionary<string, string>? old, IReadOnlyDictionary<string, string> runImage)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var inherited = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string name in image.Keys.Union(runImage.Keys, StringComparer.Ordinal))
        {
            string? present = image.GetValueOrDefault(name);
            bool isInherited = InheritedLabels.IsOfRunImage(name)
                || InheritedLabels.IsShared(name) && (old is null ? present is null || present == runImage.GetValueOrDefault(name) : present == old.GetValueOrDefault(name));
            if ((isInherited ? runImage.GetValueOrDefault(name) : present) is not { } value) continue;
            labels[name] = value;
            if (isInherited && InheritedLabels.IsShared(name)) inherited[name] = value;
        }
        return new LabelMerge(labels, inherited);
    }
}
