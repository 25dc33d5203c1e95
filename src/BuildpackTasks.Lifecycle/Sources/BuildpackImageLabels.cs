using System.Text.Json;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>The labels of buildpack and builder images (distribution specification; where it is silent, what pack writes).</summary>
/// <param name="image">What messages call the image.</param>
/// <param name="labels">Its labels.</param>
internal sealed class BuildpackImageLabels(string image, IReadOnlyDictionary<string, string> labels)
{
    public const string Layers = "io.buildpacks.buildpack.layers";

    private const string Builder = "io.buildpacks.builder.metadata";
    private const string Buildpackage = "io.buildpacks.buildpackage.metadata";
    private const string OrderLabel = "io.buildpacks.buildpack.order";
    private const string ExtensionOrder = "io.buildpacks.buildpack.order-extensions";
    private const string ExtensionLayers = "io.buildpacks.extension.layers";
    private const string SystemLabel = "io.buildpacks.buildpack.system";

    public bool IsBuilder => labels.ContainsKey(Builder) || labels.ContainsKey(OrderLabel);

    public bool IsBuildpackage => labels.ContainsKey(Buildpackage) && labels.ContainsKey(Layers);

    public bool IsExtension => labels.ContainsKey(Buildpackage) && labels.ContainsKey(ExtensionLayers) && !labels.ContainsKey(Layers);

    /// <summary>The buildpack that a buildpack image is about.</summary>
    public OrderReference Main
    {
        get
        {
            TableReader table = Read(Buildpackage, "");
            return new OrderReference(table.Parsed("id", BuildpackId.Parse), table.Text("version"));
        }
    }

    /// <summary>All buildpacks of the image.</summary>
    public IReadOnlyList<LabelledBuildpack> Buildpacks =>
        !labels.ContainsKey(Layers) ? [] :
        [
            .. from id in Read(Layers, "").AllSubs()
               from version in id.Value.AllSubs()
               select new LabelledBuildpack(
                   Parsed(Layers, id.Key, BuildpackId.Parse), version.Key, version.Value.Parsed("layerDiffID", Digest.Parse),
                   OrderReferenceGroup.ReadOrder(version.Value, hasExecutionEnvironments: true)),
        ];

    /// <summary>The order of a builder; null where its labels do not say it.</summary>
    public IReadOnlyList<OrderReferenceGroup>? Order =>
        labels.ContainsKey(OrderLabel) ? OrderReferenceGroup.ReadOrder(Read(OrderLabel, "order"), hasExecutionEnvironments: true) : null;

    /// <summary>What a builder adds to every group; null where its labels do not say it.</summary>
    public SystemBuildpacks? System => labels.ContainsKey(SystemLabel) ? SystemBuildpacks.Read(Read(SystemLabel, "")) : null;

    /// <summary>The ids of the image extensions of a builder's order.</summary>
    public IReadOnlyList<BuildpackId> Extensions =>
        !labels.ContainsKey(ExtensionOrder) ? [] :
            [.. OrderReferenceGroup.ReadOrder(Read(ExtensionOrder, "order"), hasExecutionEnvironments: true).SelectMany(static group => group.Group).Select(static extension => extension.Id).Distinct()];

    /// <summary>The run images of a builder; empty where its labels do not say them.</summary>
    public IReadOnlyList<RunImageNames> RunImages
    {
        get
        {
            if (!labels.ContainsKey(Builder)) return [];
            TableReader metadata = Read(Builder, "");
            RunImageNames[] images = [.. RunImageFile.Images(metadata)];
            // Before there were several, there was that of the stack.
            return images.Length > 0 ? images : [.. RunImageFile.Image(metadata.OptionalSub("stack")?.OptionalSub("runImage"))];
        }
    }

    private T Parsed<T>(string label, string text, Func<string, T> parse)
    {
        try
        {
            return parse(text);
        }
        catch (CodedException e)
        {
            throw LifecycleErrors.MalformedLabel(image, label, e.Message.TrimEnd('.'), e);
        }
    }

    // A label that is a list becomes a table with that list.
    private TableReader Read(string label, string key)
    {
        try
        {
            string json = key.Length == 0 ? labels[label] : $"{{\"{key}\":{labels[label]}}}";
            return new TableReader(LabelJson.Read(json), label, "", (_, reason, inner) => LifecycleErrors.MalformedLabel(image, label, reason, inner));
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            throw LifecycleErrors.MalformedLabel(image, label, e is JsonException json ? $"it is not the JSON that it should be (byte {json.BytePositionInLine})" : e.Message.TrimEnd('.'), e);
        }
    }
}
