using BuildpackTasks.Toml;

namespace BuildpackTasks.Lifecycle;

/// <summary>The label <c>io.buildpacks.build.metadata</c> (platform specification): which buildpacks built, and which processes there are.</summary>
internal static class BuildMetadataLabel
{
    public const string Label = "io.buildpacks.build.metadata";

    public static string Write(IReadOnlyList<GroupMember> buildpacks, IReadOnlyList<BuiltProcess> processes, ProcessType? defaultProcess, LauncherFiles? launcher)
    {
        var table = new TomlTable
        {
            ["buildpacks"] = new TomlArray(buildpacks.Select(static buildpack =>
            {
                var item = new TomlTable { ["id"] = buildpack.Id.ToString(), ["version"] = buildpack.Version };
                if (buildpack.Homepage is not null) item["homepage"] = buildpack.Homepage;
                return item;
            })),
            ["processes"] = new TomlArray(processes.Select(static built => ProcessTable.Of(built, "buildpackID"))),
        };
        if (launcher is not null) table["launcher"] = Launcher(launcher);
        if (defaultProcess is { } type) table["buildpack-default-process-type"] = type.ToString();
        return LabelJson.Write(table);
    }

    private static TomlTable Launcher(LauncherFiles launcher)
    {
        var git = new TomlTable();
        if (launcher.SourceRepository is not null) git["repository"] = launcher.SourceRepository;
        if (launcher.SourceCommit is not null) git["commit"] = launcher.SourceCommit;
        return new TomlTable { ["version"] = launcher.Version, ["source"] = new TomlTable { ["git"] = git } };
    }
}
