namespace BuildpackTasks.Lifecycle;

/// <summary>A buildpack whose programs run.</summary>
/// <param name="Directory">Where it is on this machine: an absolute path.</param>
/// <param name="Id">Its id.</param>
/// <param name="Version">Its version.</param>
public sealed record BuildpackDirectory(string Directory, BuildpackId Id, string Version)
{
    /// <summary>Where its programs see it (platform specification, "Buildpacks Directory Layout").</summary>
    public string ProgramPath => ProgramPathOf(Id, Version);

    /// <summary>Where the programs of a buildpack see it.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="version">Its version.</param>
    public static string ProgramPathOf(BuildpackId id, string version) => $"/cnb/buildpacks/{id.DirectoryName}/{version}";

    /// <inheritdoc/>
    public override string ToString() => $"{Id}@{Version}";
}
