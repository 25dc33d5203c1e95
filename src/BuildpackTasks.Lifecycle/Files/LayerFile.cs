using BuildpackTasks.Oci;
using BuildpackTasks.Toml;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// <c>&lt;layer&gt;.toml</c>: what a layer is for, and what its buildpack noted about it (buildpack specification, "Layer Content
/// Metadata"). Restore writes it without types, from the previous image; build writes it; export reads it.
/// </summary>
/// <param name="Types">What the layer is for; null where it was only restored, and no buildpack has contributed it in this build.</param>
/// <param name="Metadata">What the buildpack noted, TOML values by key.</param>
/// <param name="Fingerprint">What decides what the layer holds; null where its entries do.</param>
/// <param name="IsKept">Whether the layer is the one of the previous image, and there are no entries.</param>
/// <param name="Start">What its files do when a process starts; null where nobody says.</param>
public sealed record LayerFile(LayerTypes? Types, IReadOnlyDictionary<string, object> Metadata, Digest? Fingerprint = null, bool IsKept = false, LayerStart? Start = null)
{
    private const string Addition = "buildpacktasks";

    /// <summary>Reads the file of a layer.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="LifecycleException">BPT2002 to BPT2004: the file is not there, cannot be read or is malformed.</exception>
    public static async Task<LayerFile> ReadAsync(string path, CancellationToken cancellationToken)
    {
        TableReader file = await StateFile.ReadAsync(path, "BuildImage", cancellationToken);
        TableReader? addition = file.OptionalSub(Addition);
        return new LayerFile(
            file.OptionalSub("types") is { } types ? new LayerTypes(types.Flag("launch"), types.Flag("build"), types.Flag("cache")) : null,
            file.OptionalSub("metadata")?.Table ?? [],
            addition?.OptionalText("fingerprint") is null ? null : addition.Parsed("fingerprint", Digest.Parse),
            addition?.Flag("kept") ?? false,
            LayerStartTable.Read(addition?.OptionalSub("start")));
    }

    /// <summary>Reads the files of all layers of a buildpack, in the order of their names.</summary>
    /// <param name="directory">The build's state.</param>
    /// <param name="buildpack">The buildpack.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="LifecycleException">BPT2003 or BPT2004: a file cannot be read or is malformed.</exception>
    public static async Task<IReadOnlyList<(LayerName Name, LayerFile File)>> ReadAllAsync(ImageDirectory directory, BuildpackId buildpack, CancellationToken cancellationToken)
    {
        var layers = new List<(LayerName, LayerFile)>();
        string own = directory.BuildpackDirectory(buildpack);
        if (!Directory.Exists(own)) return layers;
        foreach (string text in Directory.EnumerateFiles(own, "*.toml").Select(static file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal))
        {
            // launch.toml, build.toml and store.toml are not layers.
            if (LayerName.TryParse(text, out LayerName name)) layers.Add((name, await ReadAsync(directory.LayerFile(buildpack, name), cancellationToken)));
        }
        return layers;
    }

    /// <summary>Writes the file of a layer.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    /// <exception cref="LifecycleException">BPT2005: the file cannot be written. BPT2006: metadata holds what TOML cannot.</exception>
    public Task WriteAsync(string path, CancellationToken cancellationToken)
    {
        var file = new TomlTable();
        if (Types is not null) file["types"] = new TomlTable { ["launch"] = Types.Launch, ["build"] = Types.Build, ["cache"] = Types.Cache };
        if (Metadata.Count > 0) file["metadata"] = MetadataTable.From(Metadata);
        var addition = new TomlTable();
        if (Fingerprint is { } fingerprint) addition["fingerprint"] = fingerprint.ToString();
        else if (IsKept) addition["kept"] = true;
        if (Start is not null) addition["start"] = LayerStartTable.Of(Start);
        if (addition.Count > 0) file[Addition] = addition;
        return StateFile.WriteAsync(path, file, cancellationToken);
    }
}
