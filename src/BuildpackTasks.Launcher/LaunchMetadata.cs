using BuildpackTasks.Lifecycle;
using BuildpackTasks.Toml;

namespace BuildpackTasks.Launcher;

/// <summary><c>&lt;layers&gt;/config/metadata.toml</c>: the buildpacks and processes of the image (platform specification, "metadata.toml").</summary>
/// <param name="path">The file, for messages.</param>
/// <param name="document">What it holds.</param>
internal sealed class LaunchMetadata(string path, TomlTable document)
{
    /// <summary>Reads the file, and checks that the buildpacks follow APIs that are known here.</summary>
    /// <param name="path">The file.</param>
    public static LaunchMetadata Read(string path)
    {
        LaunchMetadata metadata;
        try
        {
            metadata = new LaunchMetadata(path, TomlReader.Read(SystemFiles.Read(path)));
        }
        catch (TomlException e)
        {
            throw new LaunchException($"'{path}' is malformed: {e.Message}");
        }
        foreach (TomlTable buildpack in metadata.Tables("buildpacks"))
        {
            if (!BuildpackApi.TryParse(metadata.Text(buildpack, "api"), out _))
                throw new LaunchException($"the Buildpack API '{metadata.Text(buildpack, "api")}' of the buildpack '{metadata.Text(buildpack, "id")}' is not supported", LaunchException.BuildpackApiIncompatible);
        }
        return metadata;
    }

    /// <summary>The ids of the buildpacks, in the order in which they built.</summary>
    public List<string> Buildpacks()
    {
        var ids = new List<string>();
        foreach (TomlTable buildpack in Tables("buildpacks")) ids.Add(Text(buildpack, "id"));
        return ids;
    }

    /// <summary>Finds a process.</summary>
    /// <param name="type">Its type.</param>
    public TomlTable? FindProcess(string type)
    {
        foreach (TomlTable process in Tables("processes"))
        {
            if (Text(process, "type") == type) return process;
        }
        return null;
    }

    /// <summary>The API of the buildpack that contributed a process; null where that is not in the file.</summary>
    /// <param name="process">The process.</param>
    public BuildpackApi? ApiOf(TomlTable process)
    {
        string id = process.TryGetValue("buildpack-id", out object? value) && value is string text ? text : "";
        foreach (TomlTable buildpack in Tables("buildpacks"))
        {
            if (Text(buildpack, "id") == id && BuildpackApi.TryParse(Text(buildpack, "api"), out BuildpackApi? api)) return api;
        }
        return null;
    }

    /// <summary>A key's text.</summary>
    public string Text(TomlTable table, string key) => OptionalText(table, key) ?? throw Malformed($"an entry has no '{key}'");

    /// <summary>A key's text, or null where there is none.</summary>
    public string? OptionalText(TomlTable table, string key) =>
        !table.TryGetValue(key, out object? value) ? null : value as string ?? throw Malformed($"'{key}' is not text");

    /// <summary>A key's texts; none where the key is not there.</summary>
    public List<string> Texts(TomlTable table, string key)
    {
        var texts = new List<string>();
        if (!table.TryGetValue(key, out object? value)) return texts;
        if (value is not TomlArray array) throw Malformed($"'{key}' is not a list");
        foreach (object item in array) texts.Add(item as string ?? throw Malformed($"'{key}' is not a list of texts"));
        return texts;
    }

    private List<TomlTable> Tables(string key)
    {
        var tables = new List<TomlTable>();
        if (!document.TryGetValue(key, out object? value)) return tables;
        if (value is not TomlArray array) throw Malformed($"'{key}' is not a list of tables");
        foreach (object item in array) tables.Add(item as TomlTable ?? throw Malformed($"'{key}' is not a list of tables"));
        return tables;
    }

    private LaunchException Malformed(string reason) => new($"'{path}' is malformed: {reason}");
}
