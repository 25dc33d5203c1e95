using System.Reflection;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>Adds the layers that <c>ImageLayer</c> items describe: what a package can contribute without any program.</summary>
/// <param name="sources">The items, in order.</param>
public sealed class ImageLayersBuildpack(IReadOnlyList<ImageLayerSource> sources) : IBuildpack
{
    /// <summary>The id by which <c>Buildpack</c> items name it.</summary>
    public static BuildpackId Id { get; } = BuildpackId.Parse("buildpacktasks/layers");

    /// <inheritdoc/>
    public BuildpackDescriptor Descriptor { get; } = new(
        Id, typeof(ImageLayersBuildpack).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+', '-')[0], "0.12", "Layers of items");

    /// <inheritdoc/>
    public Task<DetectResult> DetectAsync(DetectContext context, CancellationToken cancellationToken) =>
        Task.FromResult(sources.Count > 0
            ? DetectResult.Pass($"ImageLayer asks for {string.Join(", ", sources.Select(static source => source.Layer).Distinct())}")
            : DetectResult.Fail("there are no ImageLayer items"));

    /// <inheritdoc/>
    /// <exception cref="LifecycleException">
    /// BPT2001: a name cannot be a layer's. BPT2185: a source is not there. BPT2186: a target is none. BPT2187: two sources have the same
    /// file. BPT2188: something cannot be in an image.
    /// </exception>
    public Task<BuildResult> BuildAsync(BuildContext context, CancellationToken cancellationToken) => Task.FromResult(new BuildResult
    {
        Layers =
        [
            .. from source in sources
               group source by source.Layer into layer
               select new BuildpackLayer { Name = LayerName.Parse(layer.Key), Entries = Entries(layer.Key, layer, cancellationToken) },
        ],
    });

    private static IReadOnlyList<LayerEntry> Entries(string layer, IEnumerable<ImageLayerSource> sources, CancellationToken cancellationToken)
    {
        var entries = new SortedDictionary<string, LayerEntry>(StringComparer.Ordinal);
        foreach (LayerEntry entry in sources.SelectMany(source => ImageLayerFiles.Read(source, cancellationToken)))
        {
            if (!entries.TryAdd(entry.Path, entry) && (entry.Type != LayerEntryType.Directory || entries[entry.Path].Type != LayerEntryType.Directory)) throw LifecycleErrors.ImageLayerTwice(layer, entry.Path);
        }
        return [.. entries.Values];
    }
}
