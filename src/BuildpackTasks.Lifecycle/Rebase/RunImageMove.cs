using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>How an image's config and label become those of an image on another run image.</summary>
/// <param name="RunImage">The run image that comes.</param>
/// <param name="Name">What the label calls the run image afterwards.</param>
/// <param name="IsForced">Whether it is none that the image names, so that what the image says of mirrors is true no more.</param>
/// <param name="Environment">The variables afterwards; null where they stay.</param>
/// <param name="Labels">The labels afterwards, without the changes to the label about layers.</param>
/// <param name="Noted">What the run image passes on.</param>
internal sealed record RunImageMove(
    ResolvedImage RunImage,
    string? Name,
    bool IsForced,
    IReadOnlyList<KeyValuePair<string, string>>? Environment,
    IReadOnlyDictionary<string, string> Labels,
    NotedConfig Noted)
{
    /// <summary>Works it out.</summary>
    /// <param name="image">The image.</param>
    /// <param name="asked">The run image as a person gave it; null for the one that the image names.</param>
    /// <param name="runImage">What was found.</param>
    /// <param name="old">What is known of the run image that goes.</param>
    public static RunImageMove Plan(BuildpacksImage image, string? asked, ResolvedImage runImage, OldConfig old)
    {
        ImageConfig config = image.Image.Config, coming = runImage.Image.Config;
        IReadOnlyList<KeyValuePair<string, string>> present = config.Environment;
        IReadOnlyList<KeyValuePair<string, string>>? environment = old.Environment is null ? null : EnvironmentMerge.Merge(present, old.Environment, coming.Environment);
        LabelMerge labels = LabelMerge.Of(config.Labels, old.Labels, coming.Labels);
        bool isForced = asked is not null && !image.RunImageMirrors.Prepend(image.RunImageName).OfType<string>().Any(allowed => RunImageName.IsSame(asked, allowed));
        return new RunImageMove(
            runImage,
            isForced ? asked : image.RunImageName is { } name ? RunImageName.Kept(name, asked) : null,
            isForced,
            environment,
            labels.Labels,
            new NotedConfig(Passed(present, old.Environment, coming.Environment), labels.Inherited));
    }

    /// <summary>Whether the image is what it was, on layers that are equal.</summary>
    /// <param name="image">The image.</param>
    public bool ChangesNothing(BuildpacksImage image)
    {
        ImageConfig config = image.Image.Config;
        return Name == image.RunImageName
            && config.Platform == RunImage.Image.Config.Platform
            && RunImage.Image.Layers.Select(static layer => layer.DiffId).SequenceEqual(image.Image.Layers.Take(image.RunImageLayerCount).Select(static layer => layer.DiffId))
            && (Environment is null || NotedConfig.ByName(Environment).SequenceEqual(NotedConfig.ByName(config.Environment)))
            && Labels.SequenceEqual(config.Labels);
    }

    // What the app set of its own accord stays the app's even where the run image says the same by now.
    private static SortedDictionary<string, string> Passed(
        IReadOnlyList<KeyValuePair<string, string>> present, IReadOnlyDictionary<string, string>? old, IReadOnlyList<KeyValuePair<string, string>> coming) =>
        NotedConfig.ByName(NotedConfig.ByName(coming).Except(old is null ? [] : present.Where(variable => old.GetValueOrDefault(variable.Key) != variable.Value)));
}
