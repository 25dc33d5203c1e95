using System.Text.Json.Nodes;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle.Tests;

/// <summary>Makes buildpack and builder images as pack does: real layers, and the labels that say what is in them.</summary>
internal sealed class BuildpackImages(SourceFixture fixture)
{
    public const string LayersLabel = "io.buildpacks.buildpack.layers";
    public const string PackageLabel = "io.buildpacks.buildpackage.metadata";
    public const string BuilderLabel = "io.buildpacks.builder.metadata";

    public static Platform Platform { get; } = new("linux", "amd64");

    /// <summary>A layer with buildpacks of the project's directories, below <c>/cnb/buildpacks</c>.</summary>
    public Task<ILayer> LayerAsync(params string[] directories) => LayerAsync([.. directories.SelectMany(Entries)]);

    public async Task<ILayer> LayerAsync(IReadOnlyList<LayerEntry> entries) =>
        await new LayerCache(fixture.Below("../made"), long.MaxValue).GetOrCreateAsync(LayerContents.Create(entries), LayerCompression.Balanced, CancellationToken.None);

    public Task<ILayer> FilesAsync(params (string Path, string Content)[] files) =>
        LayerAsync([.. files.Select(static file => LayerEntry.ForFile(file.Path, FileContent.FromBytes(System.Text.Encoding.UTF8.GetBytes(file.Content))))]);

    /// <summary>The label that says which buildpack is in which layer.</summary>
    public static string Labelled(params (string Directory, ILayer Layer)[] buildpacks)
    {
        var label = new JsonObject();
        foreach ((string directory, ILayer layer) in buildpacks)
        {
            BuildpackFile file = BuildpackFile.ReadDirectory(directory);
            var info = new JsonObject { ["api"] = file.Descriptor.Api, ["layerDiffID"] = layer.DiffId.ToString() };
            if (file.IsComposite) info["order"] = OrderOf([.. file.Order.Select(static group => group.Group.Select(static entry => entry.ToString()).ToArray())]);
            string id = file.Descriptor.Id.ToString();
            if (label[id] is not JsonObject versions) label[id] = versions = [];
            versions[file.Descriptor.Version] = info;
        }
        return label.ToJsonString();
    }

    /// <summary>An order as labels have it: groups of <c>ID@VERSION</c>, with <c>?</c> at the end of what is optional.</summary>
    public static JsonArray OrderOf(params string[][] groups) => [.. groups.Select(static group => new JsonObject { ["group"] = new JsonArray([.. group.Select(Entry)]) })];

    public static JsonObject Entry(string text)
    {
        string[] parts = text.TrimEnd('?').Split('@');
        var entry = new JsonObject { ["id"] = parts[0] };
        if (parts.Length > 1) entry["version"] = parts[1];
        if (text.EndsWith('?')) entry["optional"] = true;
        return entry;
    }

    public static Image Image(IEnumerable<ILayer> layers, params (string Name, string Value)[] labels) => layers
        .Aggregate(Oci.Image.Empty(Platform), static (image, layer) => image.Append(layer))
        .WithConfig(config => config.WithLabels(labels.Select(static label => KeyValuePair.Create(label.Name, label.Value))));

    /// <summary>A buildpack image, one buildpack a layer; the first is what it is about.</summary>
    public async Task<Image> PackageAsync(params string[] directories)
    {
        var layers = new List<(string Directory, ILayer Layer)>();
        foreach (string directory in directories) layers.Add((directory, await LayerAsync(directory)));
        return Image(layers.Select(static layer => layer.Layer), (PackageLabel, MainOf(directories[0])), (LayersLabel, Labelled([.. layers])));
    }

    public static string MainOf(string directory)
    {
        BuildpackDescriptor main = BuildpackFile.ReadDirectory(directory).Descriptor;
        return new JsonObject { ["id"] = main.Id.ToString(), ["version"] = main.Version }.ToJsonString();
    }

    private static IEnumerable<LayerEntry> Entries(string directory)
    {
        BuildpackDescriptor buildpack = BuildpackFile.ReadDirectory(directory).Descriptor;
        string root = $"cnb/buildpacks/{buildpack.Id.DirectoryName}/{buildpack.Version}";
        foreach (string file in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories))
        {
            string path = Path.GetRelativePath(directory, file);
            yield return LayerEntry.ForFile($"{root}/{path}", FileContent.FromFile(file), path.StartsWith("bin/", StringComparison.Ordinal) ? LayerEntry.ExecutableMode : LayerEntry.FileMode);
        }
    }
}
