using BuildpackTasks.Toml;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// <c>plan.toml</c>: what the group's buildpacks provide to and require of each other (platform specification, "plan.toml").
/// Detection writes it; build reads it.
/// </summary>
/// <param name="Entries">The entries, one a name.</param>
public sealed record PlanFile(IReadOnlyList<BuildPlanEntry> Entries)
{
    /// <summary>Reads the file.</summary>
    /// <param name="directory">The build's state.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="LifecycleException">BPT2002 to BPT2004: the file is not there, cannot be read or is malformed.</exception>
    public static async Task<PlanFile> ReadAsync(ImageDirectory directory, CancellationToken cancellationToken)
    {
        TableReader file = await StateFile.ReadAsync(directory.PlanFile, "DetectBuildpacks", cancellationToken);
        BuildPlanEntry[] entries = [.. file.Subs("entries").Select(static entry => new BuildPlanEntry(
            [.. entry.Subs("providers").Select(static provider => new PlanProvider(provider.Parsed("id", BuildpackId.Parse), provider.Text("version")))],
            [.. entry.Subs("requires").Select(static require => new BuildPlanRequire(require.Text("name"), require.OptionalSub("metadata")?.Table ?? []))]))];
        // An entry has its name from what it requires.
        return entries.All(static entry => entry.Requires.Count > 0) ? new PlanFile(entries) : throw LifecycleErrors.MalformedFile(directory.PlanFile, "an entry requires nothing");
    }

    /// <summary>Writes the file.</summary>
    /// <param name="directory">The build's state.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    /// <exception cref="LifecycleException">BPT2005: the file cannot be written. BPT2006: metadata holds what TOML cannot.</exception>
    public Task WriteAsync(ImageDirectory directory, CancellationToken cancellationToken) =>
        StateFile.WriteAsync(directory.PlanFile, new TomlTable { ["entries"] = new TomlArray(Entries.Select(Table)) }, cancellationToken);

    private static TomlTable Table(BuildPlanEntry entry) => new()
    {
        ["providers"] = new TomlArray(entry.Providers.Select(static provider => new TomlTable { ["id"] = provider.Id.ToString(), ["version"] = provider.Version })),
        ["requires"] = new TomlArray(entry.Requires.Select(static require =>
        {
            var table = new TomlTable { ["name"] = require.Name };
            if (require.Metadata.Count > 0) table["metadata"] = MetadataTable.From(require.Metadata);
            return table;
        })),
    };
}
