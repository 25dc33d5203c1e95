using BuildpackTasks.Toml;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// <c>group.toml</c>: the buildpacks that passed detection, in the order in which they build (platform specification,
/// "group.toml"). Detection writes it; restore, build and export read it.
/// </summary>
/// <param name="Group">The buildpacks.</param>
public sealed record GroupFile(IReadOnlyList<GroupMember> Group)
{
    /// <summary>Reads the file.</summary>
    /// <param name="directory">The build's state.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="LifecycleException">BPT2002 to BPT2004: the file is not there, cannot be read or is malformed.</exception>
    public static async Task<GroupFile> ReadAsync(ImageDirectory directory, CancellationToken cancellationToken)
    {
        TableReader file = await StateFile.ReadAsync(directory.GroupFile, "DetectBuildpacks", cancellationToken);
        return new GroupFile([.. file.Subs("group").Select(static member => new GroupMember(
            member.Parsed("id", BuildpackId.Parse), member.Text("version"), member.Text("api"), member.OptionalText("homepage")))]);
    }

    /// <summary>Writes the file.</summary>
    /// <param name="directory">The build's state.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    /// <exception cref="LifecycleException">BPT2005: the file cannot be written.</exception>
    public Task WriteAsync(ImageDirectory directory, CancellationToken cancellationToken) =>
        StateFile.WriteAsync(directory.GroupFile, new TomlTable { ["group"] = new TomlArray(Group.Select(Table)) }, cancellationToken);

    private static TomlTable Table(GroupMember member)
    {
        var table = new TomlTable { ["id"] = member.Id.ToString(), ["version"] = member.Version, ["api"] = member.Api };
        if (member.Homepage is not null) table["homepage"] = member.Homepage;
        return table;
    }
}
