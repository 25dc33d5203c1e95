using BuildpackTasks.Toml;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// Lists of execution environments (buildpack specification, "Execution Environments"): an empty list and <c>*</c> stand for all.
/// </summary>
internal static class ExecutionEnvironments
{
    private const string Key = "exec-env";

    /// <summary>
    /// Reads <c>exec-env</c>. The specification has a list of tables with a name, the reference lifecycle a list of names; both are
    /// in use.
    /// </summary>
    /// <param name="table">The table with the key.</param>
    public static IReadOnlyList<string> Read(TableReader table) =>
        table.Table.TryGetValue(Key, out object? value) && value is TomlArray { Count: > 0 } list && list.All(static item => item is TomlTable)
            ? [.. table.Subs(Key).Select(static item => item.Text("name"))]
            : table.Texts(Key);

    /// <summary>Whether a list has an execution environment.</summary>
    /// <param name="list">The list.</param>
    /// <param name="current">The execution environment.</param>
    public static bool Contain(IReadOnlyList<string> list, string current) => IsAll(list) || list.Contains(current);

    /// <summary>The execution environments that are in both lists; null where there is none.</summary>
    public static IReadOnlyList<string>? Both(IReadOnlyList<string> left, IReadOnlyList<string> right)
    {
        if (IsAll(left)) return IsAll(right) ? [] : right;
        if (IsAll(right)) return left;
        string[] both = [.. left.Intersect(right)];
        return both.Length == 0 ? null : both;
    }

    private static bool IsAll(IReadOnlyList<string> list) => list.Count == 0 || list.Contains("*");
}
