using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// A buildpack or builder image: which buildpacks it has is in its labels, and only the layers with those that its order can lead to are
/// fetched. What labels and layers say has to agree.
/// </summary>
/// <param name="name">What the user wrote.</param>
/// <param name="reference">The same, pinned.</param>
/// <param name="image">The image.</param>
/// <param name="trees">Unpacks layers.</param>
/// <param name="warn">Told of what is left out.</param>
internal sealed class BuildpackImage(string name, string reference, Image image, UnpackedTrees trees, Action<CodedWarning> warn)
{
    private const string BuildpacksPath = "cnb/buildpacks";
    private const int LayersAtATime = 4;

    private readonly BuildpackImageLabels labels = new(name, image.Config.Labels);

    /// <summary>Brings the buildpacks to this machine.</summary>
    /// <param name="version">The version of the buildpack that is meant, or null for the one that the image is about.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="CodedException">The image is not what it should be, or cannot be read.</exception>
    public async Task<BuildpackSet> ReadAsync(string? version, CancellationToken cancellationToken)
    {
        if (labels.IsExtension) throw LifecycleErrors.IsExtension(name);
        if (labels.IsBuilder) return await ReadBuilderAsync(version, cancellationToken);
        if (!labels.IsBuildpackage) throw LifecycleErrors.NotABuildpackImage(name);

        var index = new LabelledBuildpacks(name, labels.Buildpacks);
        OrderReference main = version is null ? labels.Main : labels.Main with { Version = version };
        if (version is not null && index.Find(main) is null) throw LifecycleErrors.OtherVersion(name, version, index.All.Where(buildpack => buildpack.Id == main.Id).Select(static buildpack => buildpack.Reference.ToString()));
        return await SetAsync(index, [new OrderReferenceGroup([main])], cancellationToken);
    }

    private async Task<BuildpackSet> ReadBuilderAsync(string? version, CancellationToken cancellationToken)
    {
        if (version is not null) throw LifecycleErrors.VersionOfBuilder(name, version);
        var index = new LabelledBuildpacks(name, labels.Buildpacks);
        BuilderFiles files = await BuilderFiles.ReadAsync(name, image, [.. index.All.Select(static buildpack => buildpack.Layer)], trees, cancellationToken);
        BuilderOrder? fileOrder = labels.Order is null ? files.Order() : null;
        IReadOnlyList<OrderReferenceGroup> order = labels.Order ?? fileOrder?.Order ?? throw LifecycleErrors.LabelsContradict(name, "it has neither the label io.buildpacks.buildpack.order nor /cnb/order.toml");
        if (order.Count == 0) throw LifecycleErrors.LabelsContradict(name, "it is a builder, and its order has no group");
        IReadOnlyList<BuildpackId> extensions = labels.Extensions;
        if (extensions.Count > 0 || fileOrder is { HasExtensions: true }) warn(LifecycleErrors.ExtensionsLeftOut(name, extensions));
        if ((labels.System ?? files.System()) is { } system) order = system.AddTo(order);

        return await SetAsync(index, order, cancellationToken) with
        {
            RunImages = labels.RunImages is { Count: > 0 } runImages ? runImages : files.RunImages(),
            Builder = new ResolvedImage(name, reference, image),
            BuildConfigDirectory = files.BuildConfigDirectory,
        };
    }

    private async Task<BuildpackSet> SetAsync(LabelledBuildpacks index, IReadOnlyList<OrderReferenceGroup> order, CancellationToken cancellationToken)
    {
        IReadOnlyList<LabelledBuildpack> needed = index.Reachable(order);
        IReadOnlyDictionary<Digest, string> directories = await UnpackAsync([.. needed.Select(static buildpack => buildpack.Layer).Distinct()], cancellationToken);
        BuildpackOnDisk[] buildpacks = [.. needed.Select(buildpack => Open(buildpack, directories[buildpack.Layer]))];
        var set = new BuildpackSet { Name = name, Reference = reference, Buildpacks = buildpacks, Order = index.WithVersions(order) };
        foreach (BuildpackOnDisk buildpack in buildpacks)
        {
            // The labels were made of these files; where they say less, something is missing.
            foreach (OrderReference asked in buildpack.File.Order.SelectMany(static group => group.Group))
            {
                if (set.Find(asked.Id, asked.Version) is null) throw LifecycleErrors.MissingInOrder(name, asked, buildpack.File.Descriptor.ToString());
            }
        }
        return set;
    }

    private async Task<IReadOnlyDictionary<Digest, string>> UnpackAsync(IReadOnlyList<Digest> needed, CancellationToken cancellationToken)
    {
        Dictionary<Digest, ILayer> layers = image.Layers.GroupBy(static layer => layer.DiffId).ToDictionary(static group => group.Key, static group => group.First());
        string[] directories = new string[needed.Count];
        await Parallel.ForAsync(0, needed.Count, new ParallelOptions { MaxDegreeOfParallelism = LayersAtATime, CancellationToken = cancellationToken }, async (i, stop) =>
        {
            ILayer layer = layers.TryGetValue(needed[i], out ILayer? found) ? found : throw LifecycleErrors.LabelsContradict(name, $"the label {BuildpackImageLabels.Layers} names the layer {needed[i]}, which the image does not have");
            directories[i] = await Unpacking.OfAsync($"{name} (layer {layer.Descriptor.Digest})", () => trees.OfLayerAsync(layer, BuildpacksPath, stop));
        });
        return needed.Zip(directories).ToDictionary();
    }

    private BuildpackOnDisk Open(LabelledBuildpack buildpack, string layer)
    {
        string directory = Path.Join(layer, buildpack.Id.DirectoryName, buildpack.Version);
        if (!Directory.Exists(directory)) throw LifecycleErrors.LabelsContradict(name, $"the label {BuildpackImageLabels.Layers} says that {buildpack.Reference} is in the layer {buildpack.Layer}, and there is no /{BuildpacksPath}/{buildpack.Id.DirectoryName}/{buildpack.Version} in it");
        var file = BuildpackFile.ReadDirectory(directory);
        if (file.Descriptor.Id != buildpack.Id || file.Descriptor.Version != buildpack.Version) throw LifecycleErrors.LabelsContradict(name, $"what the label {BuildpackImageLabels.Layers} calls {buildpack.Reference} calls itself {file.Descriptor}");
        BuildpackPrograms.Check(file, directory, name);
        return new BuildpackOnDisk(file, directory);
    }
}
