using BuildpackTasks.Toml;

namespace BuildpackTasks.Lifecycle;

/// <summary>A process as <c>metadata.toml</c> and the label about the build have it (platform specification, "metadata.toml").</summary>
internal static class ProcessTable
{
    /// <summary>The process as a table.</summary>
    /// <param name="built">The process.</param>
    /// <param name="buildpackKey">What the key for its buildpack is called: the file's and the label's differ.</param>
    public static TomlTable Of(BuiltProcess built, string buildpackKey)
    {
        Process process = built.Process;
        var table = new TomlTable
        {
            ["type"] = process.Type.ToString(),
            ["command"] = new TomlArray(process.Command),
            ["args"] = new TomlArray(process.Arguments),
            ["direct"] = process.Direct,
        };
        if (process.WorkingDirectory is not null) table["working-dir"] = process.WorkingDirectory;
        if (process.ExecutionEnvironments.Count > 0) table["exec-env"] = new TomlArray(process.ExecutionEnvironments);
        table[buildpackKey] = built.Buildpack?.ToString() ?? "";
        return table;
    }
}
