using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Publisher;

/// <summary>A buildpack whose layers are the directories below one, each with its files.</summary>
/// <param name="directory">The directory.</param>
internal sealed class DirectoryBuildpack(string directory) : IBuildpack
{
    public BuildpackDescriptor Descriptor { get; } = new(BuildpackId.Parse("test/directory"), "1.0.0", "0.12");

    public Task<DetectResult> DetectAsync(DetectContext context, CancellationToken cancellationToken) =>
        Task.FromResult(DetectResult.Pass("there are layers"));

    public Task<BuildResult> BuildAsync(BuildContext context, CancellationToken cancellationToken) => Task.FromResult(new BuildResult
    {
        Layers = [.. Directory.GetDirectories(directory).Order(StringComparer.Ordinal).Select(Layer)],
        Processes = [new(ProcessType.Parse("web"), [context.ImageAppDirectory + "/run"], [], Default: true)],
        Executables = new HashSet<string> { "run" },
    });

    private static BuildpackLayer Layer(string layer) => new()
    {
        Name = LayerName.Parse(Path.GetFileName(layer)),
        Entries = [.. Directory.GetFiles(layer).Order(StringComparer.Ordinal).Select(file => LayerEntry.ForFile($"opt/{Path.GetFileName(layer)}/{Path.GetFileName(file)}", FileContent.FromFile(file)))],
    };
}
