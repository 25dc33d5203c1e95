using BuildpackTasks.Toml;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// What a buildpack notes for the next build (<c>[metadata]</c> of <c>LAYER.toml</c> and <c>store.toml</c>). It becomes a part of a label and
/// of other files, whose readers follow tables and lists only so deep.
/// </summary>
internal static class NotedTable
{
    private const int MaxDepth = 32;

    /// <summary>Reads the table.</summary>
    /// <param name="file">The file.</param>
    /// <returns>The table, or null where there is none.</returns>
    /// <exception cref="LifecycleException">BPT2120: it is not a table, or nested too deep.</exception>
    public static TomlTable? Read(TableReader file)
    {
        TomlTable? table = file.OptionalSub("metadata")?.Table;
        return table is null || IsShallow(table, MaxDepth) ? table : throw file.Bad("metadata", $"is nested more than {MaxDepth} deep");
    }

    private static bool IsShallow(object value, int depth) => value switch
    {
        TomlTable table => depth > 0 && table.Values.All(item => IsShallow(item, depth - 1)),
        TomlArray array => depth > 0 && array.All(item => IsShallow(item, depth - 1)),
        _ => true,
    };
}
