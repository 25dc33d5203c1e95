using BuildpackTasks.Toml;

namespace BuildpackTasks.Lifecycle;

/// <summary>What a layer does when a process starts, in its file and in the image's label.</summary>
internal static class LayerStartTable
{
    public static TomlTable Of(LayerStart start)
    {
        var table = new TomlTable();
        if (start.Directories.Count > 0) table["directories"] = new TomlArray(start.Directories);
        if (start.Programs.Count > 0) table["programs"] = new TomlArray(start.Programs);
        if (start.Variables.Count > 0) table["variables"] = VariablesTable.Of(start.Variables);
        if (start.Processes.Count > 0)
        {
            table["processes"] = new TomlArray(start.Processes.OrderBy(static process => process.Key.ToString(), StringComparer.Ordinal).Select(static process => new TomlTable
            {
                ["type"] = process.Key.ToString(),
                ["variables"] = VariablesTable.Of(process.Value),
            }));
        }
        return table;
    }

    public static LayerStart? Read(TableReader? table) => table is null ? null : new LayerStart
    {
        Directories = table.Texts("directories"),
        Programs = table.Texts("programs"),
        Variables = VariablesTable.Read(table, "variables"),
        Processes = table.Subs("processes").ToDictionary(static process => process.Parsed("type", ProcessType.Parse), static process => VariablesTable.Read(process, "variables")),
    };
}
