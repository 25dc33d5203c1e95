using System.Text.Json;
using BuildpackTasks.Oci;
using BuildpackTasks.Toml;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// What an image says of its own layers: the label <c>io.buildpacks.lifecycle.metadata</c> (platform specification). Export writes
/// it; the next build's analysis reads it, and so do rebase and other tools.
/// </summary>
/// <param name="RunImage">What the image is stacked on.</param>
/// <param name="Buildpacks">The buildpacks and their layers, in the group's order.</param>
/// <param name="App">The layers of the app directory, the lowest first.</param>
public sealed record LifecycleMetadata(RunImageMetadata RunImage, IReadOnlyList<BuildpackMetadata> Buildpacks, IReadOnlyList<AppLayerMetadata> App)
{
    /// <summary>The label's name.</summary>
    public const string Label = "io.buildpacks.lifecycle.metadata";

    // How a layer is stored is this project's addition; a table of its own keeps it apart from what buildpacks note.
    internal const string Addition = "buildpacktasks";

    // What this project's tables mean, and the fingerprints in them. Who changes that counts it up; a label without it is of the first.
    private const int Version = 1;

    /// <summary>The layer of bills of materials, or null.</summary>
    public AppLayerMetadata? Sbom { get; init; }

    /// <summary>The launcher's layer; null where the image starts without one.</summary>
    public AppLayerMetadata? Launcher { get; init; }

    /// <summary>The layer of what the launcher reads, or null.</summary>
    public AppLayerMetadata? LauncherConfig { get; init; }

    /// <summary>The layer of the links to the launcher, or null.</summary>
    public AppLayerMetadata? ProcessTypes { get; init; }

    /// <summary>What the image is for, such as <c>production</c>; null where it does not say.</summary>
    public string? ExecutionEnvironment { get; init; }

    /// <summary>Reads the label.</summary>
    /// <param name="label">Its value.</param>
    /// <param name="problem">Why it cannot be used, where the answer is null: one clause.</param>
    public static LifecycleMetadata? TryParse(string label, out string? problem)
    {
        try
        {
            var table = new TableReader(LabelJson.Read(label), Label);
            long version = table.OptionalSub(Addition)?.Number("version") ?? Version;
            problem = version > Version ? $"another version of this package wrote it, in format {version}, and this one knows {Version}" : null;
            return problem is null ? Read(table, "runImage", "topLayer") : null;
        }
        catch (Exception e) when (e is JsonException or LifecycleException or InvalidOperationException)
        {
            problem = e is LifecycleException ? "a part that is needed is missing or has another form" : "it is not JSON";
            return null;
        }
    }

    /// <summary>Reads the label of an image. How a layer is stored counts only where the image has just that layer.</summary>
    /// <param name="image">The image.</param>
    /// <param name="notes">Is given what the user should hear of, a sentence each.</param>
    /// <returns>What the image says of its layers, or null where it says nothing that can be used.</returns>
    public static LifecycleMetadata? Of(ResolvedImage image, ICollection<string> notes)
    {
        if (!image.Image.Config.Labels.TryGetValue(Label, out string? label))
        {
            notes.Add(Foreign(image));
            return null;
        }
        if (TryParse(label, out string? problem) is not { } metadata)
        {
            notes.Add($"The label {Label} of the previous image '{image.Name}' is ignored: {problem}. Its layers are not reused.");
            return null;
        }
        if (!metadata.StoredLayers.Any()) notes.Add(Foreign(image));
        return new StoredLayerCheck(image, notes).Keep(metadata);
    }

    /// <summary>How layers are stored, by diff ID: the run image's, the buildpacks' and the app's.</summary>
    public IEnumerable<KeyValuePair<Digest, StoredLayer>> StoredLayers =>
    [
        .. RunImage.Layers,
        .. from buildpack in Buildpacks from layer in buildpack.Layers.Values where layer.Stored is not null select KeyValuePair.Create(layer.Sha, layer.Stored),
        .. from layer in (IEnumerable<AppLayerMetadata?>)[.. App, Sbom, Launcher, LauncherConfig, ProcessTypes] where layer?.Stored is not null select KeyValuePair.Create(layer.Sha, layer.Stored),
    ];

    /// <summary>The label's value.</summary>
    public string ToLabel()
    {
        TomlTable table = Table("runImage", "topLayer");
        // These layers exist only in images with a launcher; the reference lifecycle's readers expect the members all the same.
        foreach (string layer in (string[])["config", "launcher", "process-types"])
        {
            if (!table.ContainsKey(layer)) table[layer] = new TomlTable { ["sha"] = "" };
        }
        // The reference lifecycle always writes this member too, for tools that know no other.
        table["stack"] = new TomlTable { ["runImage"] = new TomlTable { ["image"] = RunImage.Image } };
        table[Addition] = new TomlTable { ["version"] = Version };
        return LabelJson.Write(table);
    }

    /// <summary>Reads the table <c>[metadata]</c> of <c>analyzed.toml</c>.</summary>
    internal static LifecycleMetadata FromToml(TableReader table) => Read(table, "run-image", "top-layer");

    /// <summary>The table <c>[metadata]</c> of <c>analyzed.toml</c>.</summary>
    internal TomlTable ToToml() => Table("run-image", "top-layer");

    private static string Foreign(ResolvedImage image) =>
        $"None of the layers of the previous image '{image.Name}' is reused: it does not say what they were made from, since something else made it.";

    private static LifecycleMetadata Read(TableReader table, string runImageKey, string topLayerKey)
    {
        TableReader? runImage = table.OptionalSub(runImageKey);
        return new LifecycleMetadata(
            new RunImageMetadata(
                Digest.TryParse(runImage?.OptionalText(topLayerKey), out Digest top) ? top : null,
                runImage?.OptionalText("reference") ?? "",
                runImage?.OptionalText("image") ?? "",
                ReadRunImageLayers(runImage?.OptionalSub(Addition))),
            [.. table.Subs("buildpacks").Select(ReadBuildpack)],
            [.. ReadApp(table)])
        {
            Sbom = ReadOther(table.OptionalSub("sbom")),
            Launcher = ReadOther(table.OptionalSub("launcher")),
            LauncherConfig = ReadOther(table.OptionalSub("config")),
            ProcessTypes = ReadOther(table.OptionalSub("process-types")),
            ExecutionEnvironment = table.OptionalText("exec-env"),
        };
    }

    // The first lifecycles had one layer of the app and no list.
    private static IEnumerable<AppLayerMetadata> ReadApp(TableReader table) =>
        (table.Table.GetValueOrDefault("app") is TomlTable ? [table.Sub("app")] : table.Subs("app")).Select(ReadOther).OfType<AppLayerMetadata>();

    // Images without such a layer say so with an empty digest.
    private static AppLayerMetadata? ReadOther(TableReader? layer) =>
        string.IsNullOrEmpty(layer?.OptionalText("sha")) ? null : new AppLayerMetadata(layer.Parsed("sha", Digest.Parse), ReadStored(layer.OptionalSub(Addition)));

    private static Dictionary<Digest, StoredLayer> ReadRunImageLayers(TableReader? addition)
    {
        var layers = new Dictionary<Digest, StoredLayer>();
        foreach (TableReader layer in addition?.Subs("layers") ?? []) layers[layer.Parsed("sha", Digest.Parse)] = ReadStored(layer)!;
        return layers;
    }

    private static BuildpackMetadata ReadBuildpack(TableReader buildpack)
    {
        var layers = new SortedDictionary<string, LayerMetadata>(StringComparer.Ordinal);
        if (buildpack.OptionalSub("layers") is { } all)
        {
            foreach (string name in all.Table.Keys) layers.Add(name, ReadLayer(all.Sub(name)));
        }
        return new BuildpackMetadata(
            buildpack.Parsed("key", BuildpackId.Parse), buildpack.OptionalText("version") ?? "", layers, buildpack.OptionalSub("store")?.OptionalSub("metadata")?.Table);
    }

    private static LayerMetadata ReadLayer(TableReader layer)
    {
        var data = new TomlTable();
        TableReader? stored = null;
        // What a buildpack notes is a table by the specification; the reference carries anything.
        if (layer.Table.GetValueOrDefault("data") is TomlTable)
        {
            TableReader all = layer.Sub("data");
            foreach ((string key, object value) in all.Table)
            {
                if (key != Addition) data.Add(key, value);
            }
            stored = all.OptionalSub(Addition);
        }
        return new LayerMetadata(layer.Parsed("sha", Digest.Parse), layer.Flag("launch"), layer.Flag("build"), layer.Flag("cache"), data, ReadStored(stored)) { Start = LayerStartTable.Read(stored?.OptionalSub("start")) };
    }

    private static StoredLayer? ReadStored(TableReader? stored) =>
        stored?.Has("fingerprint") != true ? null : new StoredLayer(stored.Parsed("fingerprint", Digest.Parse), stored.Parsed("digest", Digest.Parse), stored.Number("size"));

    private TomlTable Table(string runImageKey, string topLayerKey)
    {
        var app = new TomlArray(App.Select(Table));
        var runImage = new TomlTable { ["reference"] = RunImage.Reference, ["image"] = RunImage.Image };
        if (RunImage.TopLayer is { } top) runImage = new TomlTable { [topLayerKey] = top.ToString(), ["reference"] = RunImage.Reference, ["image"] = RunImage.Image };
        if (AdditionOf(RunImage) is { Count: > 0 } addition) runImage[Addition] = addition;
        var table = new TomlTable { ["app"] = app, ["buildpacks"] = new TomlArray(Buildpacks.Select(Table)), [runImageKey] = runImage };
        foreach ((string key, AppLayerMetadata? layer) in (IEnumerable<(string, AppLayerMetadata?)>)[("sbom", Sbom), ("config", LauncherConfig), ("launcher", Launcher), ("process-types", ProcessTypes)])
        {
            if (layer is not null) table[key] = Table(layer);
        }
        if (ExecutionEnvironment is not null) table["exec-env"] = ExecutionEnvironment;
        return table;
    }

    /// <summary>What this project adds to what the label says of the run image.</summary>
    internal static TomlTable AdditionOf(RunImageMetadata runImage)
    {
        var table = new TomlTable();
        if (runImage.Layers.Count > 0) table["layers"] = new TomlArray(runImage.Layers.Select(static layer => Stored(new TomlTable { ["sha"] = layer.Key.ToString() }, layer.Value)));
        runImage.Config?.WriteTo(table);
        return table;
    }

    /// <summary>What the label says of a layer beside its diff ID and types: what the buildpack noted, and what this project adds to that.</summary>
    internal static TomlTable DataOf(LayerMetadata layer)
    {
        TomlTable data = With(MetadataTable.From(layer.Data), layer.Stored);
        if (layer.Start is not null) ((TomlTable)(data.GetValueOrDefault(Addition) ?? (data[Addition] = new TomlTable())))["start"] = LayerStartTable.Of(layer.Start);
        return data;
    }

    private static TomlTable Table(AppLayerMetadata layer) => With(new TomlTable { ["sha"] = layer.Sha.ToString() }, layer.Stored);

    private static TomlTable Table(BuildpackMetadata buildpack)
    {
        var layers = new TomlTable();
        foreach ((string name, LayerMetadata layer) in buildpack.Layers.OrderBy(static layer => layer.Key, StringComparer.Ordinal))
        {
            layers.Add(name, new TomlTable
            {
                ["sha"] = layer.Sha.ToString(),
                ["data"] = DataOf(layer),
                ["build"] = layer.Build,
                ["launch"] = layer.Launch,
                ["cache"] = layer.Cache,
            });
        }
        var table = new TomlTable { ["key"] = buildpack.Id.ToString(), ["version"] = buildpack.Version, ["layers"] = layers };
        if (buildpack.Store is not null) table["store"] = new TomlTable { ["metadata"] = MetadataTable.From(buildpack.Store) };
        return table;
    }

    private static TomlTable With(TomlTable table, StoredLayer? stored)
    {
        if (stored is not null) table[Addition] = Stored([], stored);
        return table;
    }

    private static TomlTable Stored(TomlTable table, StoredLayer stored)
    {
        table["fingerprint"] = stored.Fingerprint.ToString();
        table["digest"] = stored.Digest.ToString();
        table["size"] = stored.Size;
        return table;
    }
}
