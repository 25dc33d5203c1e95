using System.Text.Json;
using System.Text.Json.Nodes;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// An image that a buildpacks lifecycle made, with what it says of itself (platform specification,
/// "io.buildpacks.lifecycle.metadata"): this one's, the reference's, and what older versions of that wrote.
/// </summary>
public sealed class BuildpacksImage
{
    private const string RebasableLabel = "io.buildpacks.rebasable";

    private readonly RunImageTable runImage;

    private BuildpacksImage(string name, Image image, LifecycleMetadata metadata, JsonObject label)
    {
        Name = name;
        Image = image;
        Metadata = metadata;
        runImage = new RunImageTable(label);
        RunImageLayerCount = RunImageLayers.Count(this);
    }

    /// <summary>What messages call it.</summary>
    public string Name { get; }

    /// <summary>The image.</summary>
    public Image Image { get; }

    /// <summary>What it says of its layers.</summary>
    public LifecycleMetadata Metadata { get; }

    /// <summary>The run image by the name that the build was given, or null where the image does not say.</summary>
    public string? RunImageName => runImage.Image;

    /// <summary>Other places where the same run image is.</summary>
    public IReadOnlyList<string> RunImageMirrors => runImage.Mirrors;

    /// <summary>The run image as it was found when the image was built or rebased, pinned to a digest; null where the image does not say.</summary>
    public string? RunImageReference => runImage.Reference;

    /// <summary>How many of the lowest layers are the run image's; 0 for an image on <c>scratch</c>.</summary>
    public int RunImageLayerCount { get; }

    /// <summary>Whether its maker says that it can be rebased, or says nothing (label <c>io.buildpacks.rebasable</c>).</summary>
    public bool IsRebasable => Image.Config.Labels.GetValueOrDefault(RebasableLabel) != "false";

    /// <summary>Reads what an image says of itself.</summary>
    /// <param name="image">The image.</param>
    /// <param name="name">What messages call it.</param>
    /// <exception cref="LifecycleException">
    /// BPT2220: no buildpacks lifecycle made it. BPT2221: what it says is malformed. BPT2222: it names layers that the image does not
    /// have. BPT2223: it does not tell which of its layers are the run image's. BPT2225: it has too many.
    /// </exception>
    public static BuildpacksImage Read(Image image, string name)
    {
        if (!image.Config.Labels.TryGetValue(LifecycleMetadata.Label, out string? text)) throw LifecycleErrors.NotABuildpacksImage(name);
        JsonObject label = Parse(text, name);
        LifecycleMetadata metadata = LifecycleMetadata.TryParse(text, out string? problem) ?? throw LifecycleErrors.BadImageLabel(name, problem!);
        return new BuildpacksImage(name, image, metadata, label);
    }

    /// <summary>The layers of a buildpack, by name; none where the image has nothing of it.</summary>
    /// <param name="buildpack">The buildpack.</param>
    public IReadOnlyDictionary<string, LayerMetadata> LayersOf(BuildpackId buildpack) =>
        Metadata.Buildpacks.FirstOrDefault(candidate => candidate.Id == buildpack)?.Layers ?? new Dictionary<string, LayerMetadata>();

    /// <summary>Where a layer above the run image's is among all layers, or -1 where it is not there.</summary>
    /// <param name="diffId">The layer's diff ID.</param>
    public int IndexOf(Digest diffId)
    {
        for (int index = RunImageLayerCount; index < Image.Layers.Count; index++)
        {
            if (Image.Layers[index].DiffId == diffId) return index;
        }
        return -1;
    }

    /// <summary>What the run image's config was, as the image's export or last rebase noted it; null where nobody did.</summary>
    internal NotedConfig? RunImageConfig => runImage.Config;

    /// <summary>
    /// Whether this project's export made it: it notes how layers are stored, which the reference's rebase leaves there.
    /// </summary>
    internal bool IsOwn =>
        runImage.IsOwn || Metadata.App.Any(static layer => layer.Stored is not null) || Metadata.Buildpacks.Any(static buildpack => buildpack.Layers.Values.Any(static layer => layer.Stored is not null));

    /// <summary>Whether the reference lifecycle made it, whose images have a launcher always.</summary>
    internal bool IsOfReference => !IsOwn && Metadata.Launcher is not null;

    /// <summary>The label as JSON, to be changed.</summary>
    internal JsonObject LabelCopy() => Parse(Image.Config.Labels[LifecycleMetadata.Label], Name);

    private static JsonObject Parse(string text, string name)
    {
        try
        {
            // A member that is there twice would be read differently by different readers.
            var options = new JsonDocumentOptions { MaxDepth = 64, AllowDuplicateProperties = false };
            JsonObject label = JsonNode.Parse(text, documentOptions: options) as JsonObject ?? throw LifecycleErrors.BadImageLabel(name, "it is not a JSON object");
            // Text that is half of a surrogate pair could be carried along but not written again.
            LabelJson.Write(label);
            return label;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            throw LifecycleErrors.BadImageLabel(name, "it is not JSON, or has a member twice", e);
        }
    }
}
