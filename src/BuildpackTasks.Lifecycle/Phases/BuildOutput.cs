using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>Joins what the buildpacks contribute, in the group's order (platform specification, "metadata.toml").</summary>
/// <param name="imageAppDirectory">Where the app will be in the image.</param>
internal sealed class BuildOutput(string imageAppDirectory)
{
    private readonly List<GroupMember> buildpacks = [];
    private readonly SortedDictionary<string, BuiltProcess> processes = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, string> labels = new(StringComparer.Ordinal);
    private readonly List<Slice> slices = [];
    private readonly List<EnvironmentVariable> environment = [];
    private readonly List<LaunchEnvironment> launchEnvironment = [];
    private readonly List<string> launcherReasons = [];
    private readonly SortedSet<string> ports = new(StringComparer.Ordinal);
    private readonly HashSet<string> executables = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, FileContent> appFiles = new(StringComparer.Ordinal);
    private ProcessType? defaultProcess;

    public void Add(GroupMember buildpack, BuildResult result)
    {
        buildpacks.Add(buildpack);
        foreach (Process process in result.Processes)
        {
            // A later buildpack overrides an earlier one's process of the same type. One that is not the default takes the place of
            // a default without becoming one (platform specification, "builder").
            if (process.Default) defaultProcess = process.Type;
            else if (defaultProcess == process.Type) defaultProcess = null;
            processes[process.Type.ToString()] = new BuiltProcess(process with { Default = false }, buildpack.Id);
        }
        foreach ((string name, string value) in result.Labels) labels[name] = value;
        foreach ((string path, FileContent content) in result.AppFiles) appFiles[path] = content;
        slices.AddRange(result.Slices);
        environment.AddRange(result.Environment);
        if (result.LaunchEnvironment.Count > 0 || result.ProcessEnvironment.Count > 0)
            launchEnvironment.Add(new LaunchEnvironment(buildpack.Id, result.LaunchEnvironment, result.ProcessEnvironment));
        launcherReasons.AddRange(result.LauncherReasons.Select(reason => $"the buildpack {buildpack}: {reason}"));
        ports.UnionWith(result.Ports);
        executables.UnionWith(result.Executables);
    }

    /// <summary>Adds app files that are programs.</summary>
    /// <param name="paths">Their paths relative to the app directory.</param>
    public void AddExecutables(IEnumerable<string> paths) => executables.UnionWith(paths);

    /// <summary>The app's files that the buildpacks changed, where they will be in the image.</summary>
    public LayerContents ToAppEntries() =>
        LayerContents.Create(appFiles.Select(file => LayerEntry.ForFile($"{imageAppDirectory[1..]}/{file.Key}", file.Value)));

    public MetadataFile ToMetadata() => new()
    {
        Buildpacks = buildpacks,
        AppDirectory = imageAppDirectory,
        Processes = [.. processes.Values],
        DefaultProcess = defaultProcess,
        Labels = labels,
        Slices = slices,
        Environment = environment,
        LaunchEnvironment = launchEnvironment,
        LauncherReasons = launcherReasons,
        Ports = [.. ports],
        Executables = executables,
    };
}
