using BuildpackTasks.Toml;

namespace BuildpackTasks.Lifecycle;

/// <summary>Changes of variables in the files of the build's state: a table each.</summary>
internal static class VariablesTable
{
    public static TomlArray Of(IEnumerable<EnvironmentVariable> variables) => new(variables.Select(static variable => new TomlTable
    {
        ["name"] = variable.Name,
        ["value"] = variable.Value,
        ["action"] = variable.Action.ToString(),
        ["delimiter"] = variable.Delimiter,
    }));

    public static IReadOnlyList<EnvironmentVariable> Read(TableReader table, string key) =>
        [.. table.Subs(key).Select(static variable => new EnvironmentVariable(
            variable.Text("name"), variable.Text("value"), variable.Parsed("action", Action), variable.Text("delimiter")))];

    private static EnvironmentAction Action(string text) =>
        Enum.TryParse(text, out EnvironmentAction action) && Enum.IsDefined(action) ? action
            : throw LifecycleErrors.BadName(nameof(EnvironmentAction), text, $"it is one of {string.Join(", ", Enum.GetNames<EnvironmentAction>())}");
}
