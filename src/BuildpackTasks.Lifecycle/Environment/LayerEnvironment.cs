namespace BuildpackTasks.Lifecycle;

/// <summary>
/// What the directory of a layer changes in an environment (buildpack specification, "Layer Paths" and "Provided by the Buildpacks").
/// Paths are those that the layer has in the image.
/// </summary>
/// <param name="files">The layer's files.</param>
/// <param name="imagePath">The layer's path in the image: <c>/layers/ID/LAYER</c>.</param>
internal sealed class LayerEnvironment(WrittenFiles files, string imagePath)
{
    /// <summary>For buildpacks that build later: the directories, then <c>env/</c>, then <c>env.build/</c>.</summary>
    public IEnumerable<EnvironmentVariable> ForBuild() =>
        [.. Paths(PathVariables.Build), .. EnvironmentDirectory.Read(files, "env"), .. EnvironmentDirectory.Read(files, "env.build")];

    /// <summary>The directories, for the processes of the image. They come before the files of all the buildpack's layers.</summary>
    public IEnumerable<EnvironmentVariable> LaunchPaths() => Paths(PathVariables.Launch);

    /// <summary>The files for every process: <c>env/</c>, then <c>env.launch/</c>.</summary>
    public IReadOnlyList<EnvironmentVariable> ForLaunch() => [.. EnvironmentDirectory.Read(files, "env"), .. EnvironmentDirectory.Read(files, "env.launch")];

    /// <summary>The files for the processes of one type: <c>env.launch/TYPE/</c>, by type in ordinal order; a name that is no type is not one's.</summary>
    public IEnumerable<(ProcessType Type, IReadOnlyList<EnvironmentVariable> Changes)> ForProcesses()
    {
        foreach (string name in files.Names("env.launch"))
        {
            if (!ProcessType.TryParse(name, out ProcessType type) || files.Find($"env.launch/{name}").Kind != WrittenFileKind.Directory) continue;
            IReadOnlyList<EnvironmentVariable> changes = EnvironmentDirectory.Read(files, $"env.launch/{name}");
            if (changes.Count > 0) yield return (type, changes);
        }
    }

    /// <summary>Each directory that is there stands before what its variable has. A link counts, wherever it leads: it leads there in the image too.</summary>
    private IEnumerable<EnvironmentVariable> Paths(IEnumerable<(string Directory, string Variable)> paths) =>
        from path in paths
        where files.Find(path.Directory).Kind != WrittenFileKind.Missing
        select new EnvironmentVariable(path.Variable, $"{imagePath}/{path.Directory}", EnvironmentAction.Prepend, PathVariables.Separator);
}
