using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// What one image, for one platform, holds and says of itself. All of it comes from outside: texts can hold anything, and what is said
/// of a layer need not be true.
/// </summary>
/// <param name="Name">The image as the user wrote it.</param>
/// <param name="Image">The image.</param>
public sealed record ImageInspection(string Name, Image Image)
{
    /// <summary>The digest of the index that lists the image, or null where it was found without one.</summary>
    public Digest? IndexDigest { get; init; }

    /// <summary>Whether a buildpacks lifecycle left its label in it.</summary>
    public bool IsBuildpacksImage { get; init; }

    /// <summary>What the image is for, such as <c>production</c>; null where it does not say.</summary>
    public string? ExecutionEnvironment { get; init; }

    /// <summary>What the image is stacked on; null where it does not say.</summary>
    public InspectedRunImage? RunImage { get; init; }

    /// <summary>The layers, the lowest first.</summary>
    public IReadOnlyList<InspectedLayer> Layers { get; init; } = [];

    /// <summary>The operating system; null where it was not read.</summary>
    public SystemFacts? System { get; init; }

    /// <summary>The packages that a buildpack added to those of the run image, by name.</summary>
    public IReadOnlyList<InstalledPackage> AddedPackages { get; init; } = [];

    /// <summary>The runtime that the app runs on; null where none is known.</summary>
    public InspectedRuntime? Runtime { get; init; }

    /// <summary>The buildpacks that built the image, in the group's order.</summary>
    public IReadOnlyList<InspectedBuildpack> Buildpacks { get; init; } = [];

    /// <summary>The image extensions that took part in the build.</summary>
    public IReadOnlyList<InspectedBuildpack> Extensions { get; init; } = [];

    /// <summary>The processes, in the label's order.</summary>
    public IReadOnlyList<InspectedProcess> Processes { get; init; } = [];

    /// <summary>The version of the launcher; null where there is none, or it does not say.</summary>
    public string? LauncherVersion { get; init; }

    /// <summary>What the image says of the project and its source: a JSON object as it is in the label, or null.</summary>
    public string? ProjectJson { get; init; }

    /// <summary>The diff ID of the layer with bills of materials, or null where there is none.</summary>
    public Digest? Sbom { get; init; }

    /// <summary>Why the image cannot be rebased; null where it can.</summary>
    public CodedException? RebaseObstacle { get; init; }

    /// <summary>What could not be read or does not go together, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The length of all layers as they are stored, in bytes.</summary>
    public long Size => Layers.Sum(static layer => layer.Layer.Descriptor.Size);

    /// <summary>The layers of the run image; empty where it is not known which they are.</summary>
    public IEnumerable<InspectedLayer> RunImageLayers => Layers.Where(static layer => layer.Kind == InspectedLayerKind.RunImage);
}
