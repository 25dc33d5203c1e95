namespace BuildpackTasks.Lifecycle;

/// <summary>
/// A buildpack that <c>project.toml</c> names: by its id, by where it is, or by its script (project descriptor specification,
/// <c>[[io.buildpacks.group]]</c>).
/// </summary>
/// <param name="Id">Its id, or null where only its place is told.</param>
/// <param name="Version">Its version; empty for any.</param>
/// <param name="Uri">Where it is: a path relative to the file, a URL, an image; null for one that is known by its id.</param>
/// <param name="Script">Its script, or null.</param>
public sealed record ProjectBuildpack(BuildpackId? Id, string Version, string? Uri, InlineScript? Script)
{
    /// <summary>The execution environments in which it is in the group; empty for all.</summary>
    public IReadOnlyList<string> ExecutionEnvironments { get; init; } = [];

    internal static ProjectBuildpack Read(TableReader table, bool hasExecutionEnvironments)
    {
        BuildpackId? id = string.IsNullOrEmpty(table.OptionalText("id")) ? null : table.Parsed("id", BuildpackId.Parse);
        string? uri = table.OptionalText("uri") is { Length: > 0 } text ? text : null;
        string version = table.OptionalText("version") ?? "";
        TableReader? script = table.OptionalSub("script");
        if (id is null && uri is null) throw table.Bad("id", "and 'uri' are both missing");
        if (uri is not null && version.Length > 0) throw table.Bad("version", "and 'uri' are both there");
        if (uri is not null && script is not null) throw table.Bad("script", "and 'uri' are both there");
        return new ProjectBuildpack(id, version == "latest" ? "" : version, uri, script is null ? null : InlineScript.Read(script, version))
        {
            ExecutionEnvironments = hasExecutionEnvironments ? Lifecycle.ExecutionEnvironments.Read(table) : [],
        };
    }
}
