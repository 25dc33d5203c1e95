using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>The small files of a builder image: what its operator sets, and what labels may leave out.</summary>
internal sealed class BuilderFiles
{
    private const string BuildConfig = "cnb/build-config/env";
    private const long MaxBytes = 16 << 20;

    // Whoever makes a builder adds files of some kilobytes; a base image below that has some may have added them in a layer of their own.
    private const long SmallLayer = 1 << 20;

    private readonly string name;
    private readonly string directory;

    private BuilderFiles(string name, string directory)
    {
        this.name = name;
        this.directory = directory;
    }

    /// <summary>The directory with the operator's environment in its <c>env/</c>, or null where there is none.</summary>
    public string? BuildConfigDirectory => Directory.Exists(Path.Combine(directory, "env")) ? directory : null;

    /// <summary>
    /// Reads the files. Nothing says in which layer they are, and the layers of a distribution are not fetched to find out: looked at
    /// are those from the top down to the lowest with a buildpack, without those that the labels say are buildpacks', and small ones.
    /// </summary>
    /// <param name="name">What messages call the image.</param>
    /// <param name="image">The image.</param>
    /// <param name="buildpackLayers">The diff IDs of the layers with buildpacks.</param>
    /// <param name="trees">Keeps what was read.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="CodedException">A layer cannot be read.</exception>
    public static async Task<BuilderFiles> ReadAsync(string name, Image image, IReadOnlyCollection<Digest> buildpackLayers, UnpackedTrees trees, CancellationToken cancellationToken)
    {
        string directory = await Unpacking.OfAsync(name, () => trees.OfFilesAsync($"builder {image.Digest}", async stop =>
        {
            int lowest = image.Layers.TakeWhile(layer => !buildpackLayers.Contains(layer.DiffId)).Count();
            Image added = image.Layers
                .Where((layer, i) => !buildpackLayers.Contains(layer.DiffId) && (i > lowest || layer.Descriptor.Size <= SmallLayer))
                .Aggregate(Image.Empty(image.Config.Platform), static (stack, layer) => stack.Append(layer));
            IReadOnlyDictionary<string, byte[]> files = await ImageFiles.ReadAsync(added, [BuildConfig, "cnb/order.toml", "cnb/run.toml", "cnb/system.toml"], MaxBytes, stop);
            return files.ToDictionary(static file => file.Key.StartsWith(BuildConfig + "/", StringComparison.Ordinal) ? $"env/{file.Key[(BuildConfig.Length + 1)..]}" : file.Key["cnb/".Length..], static file => file.Value);
        }, cancellationToken));
        return new BuilderFiles(name, directory);
    }

    /// <summary><c>/cnb/order.toml</c>, or null where there is none.</summary>
    public BuilderOrder? Order() => File("order.toml") is { } toml ? BuilderOrder.Read(toml, PathOf("order.toml")) : null;

    /// <summary><c>/cnb/system.toml</c>, or null where there is none.</summary>
    public SystemBuildpacks? System() => File("system.toml") is { } toml ? SystemBuildpacks.Read(toml, PathOf("system.toml")) : null;

    /// <summary><c>/cnb/run.toml</c>; empty where there is none.</summary>
    public IReadOnlyList<RunImageNames> RunImages() => File("run.toml") is { } toml ? RunImageFile.Read(toml, PathOf("run.toml")) : [];

    private byte[]? File(string file) =>
        DescriptorToml.ReadFile(Path.Combine(directory, file), DescriptorToml.MaxLength, reason => LifecycleErrors.MalformedDescriptor(PathOf(file), reason));

    private string PathOf(string file) => $"/cnb/{file} of {name}";
}
