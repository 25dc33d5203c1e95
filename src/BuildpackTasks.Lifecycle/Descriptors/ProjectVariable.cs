namespace BuildpackTasks.Lifecycle;

/// <summary>A variable of the environment of the build, as <c>project.toml</c> has it (<c>[[io.buildpacks.build.env]]</c>).</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value.</param>
public sealed record ProjectVariable(string Name, string Value)
{
    /// <summary>The execution environments in which it is set; empty for all.</summary>
    public IReadOnlyList<string> ExecutionEnvironments { get; init; } = [];

    internal static ProjectVariable Read(TableReader table, bool hasExecutionEnvironments)
    {
        string name = table.Text("name");
        // It becomes the name of a file in <platform>/env.
        if (name is "" or "." or ".." || name.AsSpan().IndexOfAny("=/\0") >= 0) throw table.Bad("name", $"is '{name}', which no variable can be called");
        string value = table.Text("value");
        if (value.Contains('\0')) throw table.Bad("value", "has a zero character, which no variable can hold");
        return new ProjectVariable(name, value) { ExecutionEnvironments = hasExecutionEnvironments ? Lifecycle.ExecutionEnvironments.Read(table) : [] };
    }
}
