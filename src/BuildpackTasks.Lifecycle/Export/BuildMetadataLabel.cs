using BuildpackTasks.Toml;

namespace BuildpackTasks.Lifecycle;

/// <summary>The label <c>io.buildpacks.build.metadata</c> (platform specification): which buildpacks built, and which processes there are.</summary>
internal static class BuildMetadataLabel
{
    public const string Label = "io.buildpacks.build.metadata";

    public static string Write(IReadOnlyList<GroupMember> buildpacks, IReadOnlyList<BuiltProcess> processes, ProcessType? defaultProcess)
    {
        var table = new TomlTable
        {
            ["buildpacks"] = new TomlArray(buildpacks.Select(static buildpack =>
            {
                var item = new TomlTable { ["id"] = buildpack.Id.ToString(), ["version"] = buildpack.Version };
                if (buildpack.Homepage is not null) item["homepage"] = buildpack.Homepage;
                return item;
            })),
            ["processes"] = new TomlArray(processes.Select(static built =>
            {
                var item = new TomlTable
                {
                    ["type"] = built.Process.Type.ToString(),
                    ["command"] = new TomlArray(built.Process.Command),
                    ["args"] = new TomlArray(built.Process.Arguments),
                    ["direct"] = true,
                };
                if (built.Process.WorkingDirectory is not null) item["working-dir"] = built.Process.WorkingDirectory;
                item["buildpackID"] = built.Buildpack?.ToString() ?? "";
                return item;
            })),
        };
        if (defaultProcess is { } type) table["buildpack-default-process-type"] = type.ToString();
        return LabelJson.Write(table);
    }
}
