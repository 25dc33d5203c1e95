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
        [.. Paths(), .. EnvironmentDirectory.Read(files, "env"), .. EnvironmentDirectory.Read(files, "env.build")];

    /// <summary>For the processes of the image, and what else its files do when one starts.</summary>
    public LayerStart ForLaunch() => new()
    {
        Directories = [.. PathVariables.Launch.Select(static path => path.Directory).Where(Has)],
        Variables = [.. EnvironmentDirectory.Read(files, "env"), .. EnvironmentDirectory.Read(files, "env.launch")],
        Processes = Types("env.launch")
            .Select(type => KeyValuePair.Create(type, EnvironmentDirectory.Read(files, $"env.launch/{type}")))
            .Where(static process => process.Value.Count > 0).ToDictionary(),
        Programs = [.. Types("exec.d").Select(static type => $"exec.d/{type}").Prepend("exec.d").Where(HasFiles)],
    };

    /// <summary>What the layers of one buildpack change for every process, in the order of the reference's launcher: first the directories of all.</summary>
    /// <param name="layers">The layers' paths in the image and what they do, in the order of their names.</param>
    public static IEnumerable<EnvironmentVariable> Join(IReadOnlyList<(string ImagePath, LayerStart Start)> layers) =>
    [
        .. from layer in layers
           from path in PathVariables.Launch
           where layer.Start.Directories.Contains(path.Directory)
           select Path(layer.ImagePath, path),
        .. layers.SelectMany(static layer => layer.Start.Variables),
    ];

    private static EnvironmentVariable Path(string imagePath, (string Directory, string Variable) path) =>
        new(path.Variable, $"{imagePath}/{path.Directory}", EnvironmentAction.Prepend, PathVariables.Separator);

    /// <summary>Each directory that is there stands before what its variable has.</summary>
    private IEnumerable<EnvironmentVariable> Paths() => PathVariables.Build.Where(path => Has(path.Directory)).Select(path => Path(imagePath, path));

    /// <summary>Whether there is something of a name. A link counts, wherever it leads: it leads there in the image too.</summary>
    private bool Has(string directory) => files.Find(directory).Kind != WrittenFileKind.Missing;

    /// <summary>The directories of types of processes in a directory; a name that is no type is not one's.</summary>
    private IEnumerable<ProcessType> Types(string directory)
    {
        foreach (string name in files.Names(directory))
        {
            if (ProcessType.TryParse(name, out ProcessType type) && files.Find($"{directory}/{name}").Kind == WrittenFileKind.Directory) yield return type;
        }
    }

    private bool HasFiles(string directory) =>
        files.Names(directory).Any(name => files.Find($"{directory}/{name}").Kind is not (WrittenFileKind.Directory or WrittenFileKind.Missing));
}
