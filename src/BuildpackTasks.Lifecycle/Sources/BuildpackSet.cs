namespace BuildpackTasks.Lifecycle;

/// <summary>What one <c>Buildpack</c> item stands for: buildpacks on this machine, and in which order they are tried.</summary>
public sealed record BuildpackSet
{
    /// <summary>What the user wrote.</summary>
    public required string Name { get; init; }

    /// <summary>The same, pinned to what was found: an absolute path, or an image's name with its digest. Reading it again gives the same.</summary>
    public required string Reference { get; init; }

    /// <summary>The buildpacks, composite ones among them. Of an image only those that its order can lead to.</summary>
    public required IReadOnlyList<BuildpackOnDisk> Buildpacks { get; init; }

    /// <summary>The groups to try, in order of preference, with the buildpacks that a builder adds to each of them.</summary>
    public required IReadOnlyList<OrderReferenceGroup> Order { get; init; }

    /// <summary>The run images that a builder is made for, the one that it prefers first; empty for anything but a builder.</summary>
    public IReadOnlyList<RunImageNames> RunImages { get; init; } = [];

    /// <summary>The builder image: a build image, and in <c>/cnb/lifecycle/launcher</c> a launcher. Null for anything but a builder.</summary>
    public ResolvedImage? Builder { get; init; }

    /// <summary>
    /// The directory with the environment that a builder's operator sets, in its <c>env/</c> (platform specification,
    /// "Operator-Defined Variables"); null where there is none.
    /// </summary>
    public string? BuildConfigDirectory { get; init; }

    /// <summary>The buildpack that an order means, or null where it is not among these.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="version">Its version; empty for any, where there is one only.</param>
    public BuildpackOnDisk? Find(BuildpackId id, string version)
    {
        BuildpackOnDisk[] found = [.. Buildpacks.Where(buildpack => buildpack.File.Descriptor.Id == id && (version.Length == 0 || buildpack.File.Descriptor.Version == version))];
        return found is [var only] ? only : null;
    }
}
