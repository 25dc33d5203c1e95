namespace BuildpackTasks.Lifecycle;

/// <summary>A buildpack as an order names it (buildpack specification, "buildpack.toml", <c>[[order.group]]</c>).</summary>
/// <param name="Id">Its id.</param>
/// <param name="Version">Its version; empty for any.</param>
/// <param name="Optional">Whether its group can pass without it.</param>
public sealed record OrderReference(BuildpackId Id, string Version, bool Optional = false)
{
    /// <summary>The execution environments in which it is in the group; empty for all.</summary>
    public IReadOnlyList<string> ExecutionEnvironments { get; init; } = [];

    /// <summary>The text <c>id@version</c>, or the id alone where any version is meant.</summary>
    public override string ToString() => Version.Length == 0 ? Id.ToString() : $"{Id}@{Version}";

    internal static OrderReference Read(TableReader table, bool hasExecutionEnvironments) =>
        new(table.Parsed("id", BuildpackId.Parse), table.OptionalText("version") ?? "", table.Flag("optional"))
        {
            ExecutionEnvironments = hasExecutionEnvironments ? Lifecycle.ExecutionEnvironments.Read(table) : [],
        };
}
