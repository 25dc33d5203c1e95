using BuildpackTasks.DotNet;
using BuildpackTasks.Lifecycle;
using Microsoft.Build.Framework;

namespace BuildpackTasks;

/// <summary>Turns the items about labels into labels.</summary>
internal static class LabelItems
{
    private const string CreatedSwitch = ImageLabels.MasterSwitch + "ImageCreated";

    /// <summary>The generated labels, and over them the user's own.</summary>
    /// <param name="facts">The item whose metadata labels are generated from.</param>
    /// <param name="own">The <c>ContainerLabel</c> items.</param>
    /// <param name="runImage">What the image is stacked on.</param>
    /// <param name="created">When the image says it was made, or null for not said.</param>
    public static IReadOnlyDictionary<string, string> Labels(ITaskItem facts, ITaskItem[] own, ResolvedImage runImage, DateTimeOffset? created)
    {
        string[] names = [ImageLabels.MasterSwitch, .. ImageLabels.Switches];
        IReadOnlyDictionary<string, string> generated = ImageLabels.Of(Facts(facts, runImage, created), names.ToDictionary(static name => name, facts.GetMetadata));
        return own.ToValues(generated);
    }

    /// <summary>When the image says it was made: now, where the user asks for it, otherwise null.</summary>
    /// <param name="facts">The item with the switches.</param>
    public static DateTimeOffset? Created(ITaskItem facts) => facts.IsTrue(CreatedSwitch) ? TimeProvider.System.GetUtcNow() : null;

    /// <summary>Where the source is, as far as the project publishes it (platform specification, "project-metadata.toml").</summary>
    /// <param name="facts">The item with what SourceLink knows.</param>
    public static IReadOnlyDictionary<string, object> ProjectMetadata(ITaskItem facts)
    {
        if (facts.Value("Revision") is not { } commit) return new Dictionary<string, object>();
        var metadata = new Dictionary<string, object> { ["revision"] = commit };
        if (facts.Value("Source") is { } repository) metadata["repository"] = repository;
        return new Dictionary<string, object>
        {
            ["source"] = new Dictionary<string, object>
            {
                ["type"] = "git",
                ["version"] = new Dictionary<string, object> { ["commit"] = commit },
                ["metadata"] = metadata,
            },
        };
    }

    private static ImageLabelFacts Facts(ITaskItem item, ResolvedImage runImage, DateTimeOffset? created) => new()
    {
        Created = created,
        Description = item.Value("Description"),
        Authors = item.Value("Authors"),
        Url = item.Value("Url"),
        Documentation = item.Value("Documentation"),
        Source = item.Value("Source"),
        Version = item.Value("Version"),
        Revision = item.Value("Revision"),
        Vendor = item.Value("Vendor"),
        Licenses = item.Value("Licenses"),
        Title = item.Value("Title"),
        BaseName = runImage.Name,
        BaseDigest = runImage.Image.Layers.Count > 0 ? runImage.Image.Digest.ToString() : null,
        RuntimeVersion = item.Value("RuntimeVersion"),
        SdkVersion = item.Value("SdkVersion"),
    };
}
