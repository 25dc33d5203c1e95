using BuildpackTasks.Toml;

namespace BuildpackTasks.Lifecycle;

/// <summary>A layer as its buildpack describes it in <c>&lt;layer&gt;.toml</c> (buildpack specification, "Layer Content Metadata").</summary>
/// <param name="Name">Its name.</param>
/// <param name="Types">What it is for.</param>
/// <param name="Metadata">What the buildpack noted about it.</param>
/// <param name="HasDirectory">Whether its directory is there.</param>
internal sealed record WrittenLayer(LayerName Name, LayerTypes Types, TomlTable Metadata, bool HasDirectory)
{
    /// <summary>Whether it is of no type: like a temporary directory, it is gone when its buildpack has built ("Ignored Layers").</summary>
    public bool IsIgnored => Types is { Launch: false, Build: false, Cache: false };

    /// <summary>Reads all descriptions, in the order of their files' names, in which the reference has layers change the build's environment.</summary>
    /// <param name="files">The buildpack's layers directory.</param>
    /// <exception cref="LifecycleException">
    /// BPT2120: a description is malformed. BPT2128: a directory has a name that a layer may not have, or what has a layer's name is not a
    /// directory. And what reading the files raises.
    /// </exception>
    public static IReadOnlyList<WrittenLayer> ReadAll(WrittenFiles files)
    {
        var layers = new List<WrittenLayer>();
        foreach (string file in files.Names(""))
        {
            WrittenFileKind kind = files.KindOf(files.PathOf(file), out string? link);
            // "MUST NOT create <layers>/<layer> directories with <layer> names build, launch or store".
            if (file is "build" or "launch" or "store" && kind == WrittenFileKind.Directory)
                throw LifecycleErrors.BadLayer(files.PathOf(file), files.Origin, "build, launch and store are not names of layers");
            if (!file.EndsWith(".toml", StringComparison.Ordinal) || (link is null && kind == WrittenFileKind.Directory)) continue;
            string text = file[..^".toml".Length];
            if (text is "build" or "launch" or "store") continue;
            if (!LayerName.TryParse(text, out LayerName name)) throw LifecycleErrors.BadLayer(files.PathOf(file), files.Origin, "its name is not that of a directory");
            if (files.TryReadToml(file) is { } table) layers.Add(Read(files, name, table));
        }
        return layers;
    }

    /// <summary>
    /// The layer as one that is for other execution environments: it is not in the image. The specification has the key
    /// <c>exec-env</c> among the metadata; the reference does nothing with it.
    /// </summary>
    /// <param name="environment">The execution environment of this build.</param>
    public WrittenLayer For(string environment) =>
        Types.Launch && Metadata.TryGetValue("exec-env", out object? value) && value is TomlArray { Count: > 0 } names && !names.Contains("*") && !names.Contains(environment)
            ? this with { Types = Types with { Launch = false } }
            : this;

    private static WrittenLayer Read(WrittenFiles files, LayerName name, TableReader table)
    {
        foreach (string flag in (ReadOnlySpan<string>)["launch", "build", "cache"])
        {
            if (table.Has(flag)) throw table.Bad(flag, "stands at the top; what a layer is for stands in [types]");
        }
        TableReader? types = table.OptionalSub("types");
        string path = files.PathOf(name.ToString());
        WrittenFileKind kind = files.KindOf(path, out string? link);
        if (link is not null || kind is not (WrittenFileKind.Directory or WrittenFileKind.Missing))
            throw LifecycleErrors.BadLayer(path, files.Origin, "it is not a directory");
        return new WrittenLayer(
            name,
            new LayerTypes(types?.Flag("launch") ?? false, types?.Flag("build") ?? false, types?.Flag("cache") ?? false),
            NotedTable.Read(table) ?? [],
            kind == WrittenFileKind.Directory);
    }
}
