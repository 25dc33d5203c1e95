using System.Runtime.InteropServices;
using BuildpackTasks.Oci;

namespace BuildpackTasks.Lifecycle;

/// <summary>
/// Finds the buildpacks that <c>Buildpack</c> items name and brings them to this machine: directories are used where they are, archives
/// and the layers of images are unpacked into the layer cache, each once. Nothing of them is executed.
/// </summary>
/// <param name="registries">Speaks to registries.</param>
/// <param name="cache">Keeps manifests and what is unpacked.</param>
/// <param name="baseDirectory">What relative paths are relative to: the project's directory.</param>
/// <param name="platform">What images have to be for, because their programs run on this machine.</param>
/// <param name="warn">Told of what is left out.</param>
/// <param name="limits">How much an archive or a layer may unpack to; null for what buildpacks may have.</param>
public sealed class BuildpackSources(RegistryClient registries, LayerCache cache, string baseDirectory, Platform platform, Action<CodedWarning> warn, UnpackLimits? limits = null)
{
    private const string LayoutFile = "oci-layout";

    private readonly UnpackedTrees trees = new(cache, limits ?? UnpackLimits.Default);

    /// <summary>The platform of buildpacks' programs that this machine can run: Linux on its processor.</summary>
    public static Platform MachinePlatform => RuntimeInformation.OSArchitecture switch
    {
        Architecture.X64 => new Platform("linux", "amd64"),
        Architecture.X86 => new Platform("linux", "386"),
        Architecture.Arm64 => new Platform("linux", "arm64"),
        Architecture.Arm => new Platform("linux", "arm"),
        var other => new Platform("linux", other.ToString().ToLowerInvariant()),
    };

    /// <summary>Finds the buildpacks that an item names.</summary>
    /// <param name="name">Its text: a directory, an archive, an image. A built-in buildpack's id is none of these.</param>
    /// <param name="version">The version that the buildpack has to have, or null for the one that there is.</param>
    /// <param name="cancellationToken">Stops the search; nothing half-unpacked is left.</param>
    /// <exception cref="CodedException">
    /// BPT2100 to BPT2103: a <c>buildpack.toml</c> is missing or malformed. BPT2170 to BPT2184: there is no such buildpack, or it cannot be
    /// used. BPT1000 to BPT1299: an image or the cache cannot be read.
    /// </exception>
    public async Task<BuildpackSet> ReadAsync(string name, string? version, CancellationToken cancellationToken)
    {
        BuildpackLocation location = BuildpackLocation.Parse(name, baseDirectory);
        if (location.Directory is { } directory) return await ReadDirectoryAsync(name, directory, version, cancellationToken);
        if (location.Archive is { } archive) return await ReadArchiveAsync(name, archive, version, cancellationToken);
        return await ReadImageAsync(name, location.Image!, version, cancellationToken);
    }

    private async Task<BuildpackSet> ReadDirectoryAsync(string name, string directory, string? version, CancellationToken cancellationToken)
    {
        if (IsLayout(directory)) return await ReadImageAsync(name, ImageLocation.Parse($"oci:{directory}", baseDirectory), version, cancellationToken);
        if (IsExtension(directory)) throw LifecycleErrors.IsExtension(name);
        return Single(name, directory, directory, version);
    }

    private async Task<BuildpackSet> ReadArchiveAsync(string name, string archive, string? version, CancellationToken cancellationToken)
    {
        if (Path.GetExtension(archive).Equals(".cnb", StringComparison.OrdinalIgnoreCase))
            return await ReadImageAsync(name, ImageLocation.Parse($"oci-archive:{archive}", baseDirectory), version, cancellationToken);

        string tree = await Unpacking.OfAsync(archive, () => trees.OfFileAsync(archive, cancellationToken));
        if (IsLayout(tree)) return await ReadImageAsync(name, ImageLocation.Parse($"oci:{tree}", baseDirectory), version, cancellationToken) with { Reference = archive };
        string? directory = IsBuildpack(tree) || IsExtension(tree) ? tree : OnlyDirectory(tree);
        if (directory is not null && IsExtension(directory)) throw LifecycleErrors.IsExtension(name);
        return directory is not null && IsBuildpack(directory) ? Single(name, archive, directory, version) : throw LifecycleErrors.NoBuildpackInArchive(archive);
    }

    private async Task<BuildpackSet> ReadImageAsync(string name, ImageLocation location, string? version, CancellationToken cancellationToken)
    {
        IImageStore store = location.OpenStore(registries, cache.Content) ?? throw LifecycleErrors.NotABuildpackImage(name);
        Image image = await store.ReadAsync(location.Selector, platform, cancellationToken) ?? throw LifecycleErrors.NoSuchImage(name, platform);
        return await new BuildpackImage(name, location.Pinned(image.Digest), image, trees, warn).ReadAsync(version, cancellationToken);
    }

    private static BuildpackSet Single(string name, string reference, string directory, string? version)
    {
        BuildpackFile file = BuildpackFile.ReadDirectory(directory);
        if (version is not null && file.Descriptor.Version != version) throw LifecycleErrors.OtherVersion(name, version, [file.Descriptor.ToString()]);
        BuildpackPrograms.Check(file, directory, name);
        return new BuildpackSet
        {
            Name = name,
            Reference = reference,
            Buildpacks = [new BuildpackOnDisk(file, directory)],
            Order = [new OrderReferenceGroup([new OrderReference(file.Descriptor.Id, file.Descriptor.Version)])],
        };
    }

    // What archives of source repositories look like: one directory with everything in it.
    private static string? OnlyDirectory(string tree) =>
        Directory.EnumerateFileSystemEntries(tree).Take(2).ToArray() is [var only] && Directory.Exists(only) && new DirectoryInfo(only).LinkTarget is null ? only : null;

    private static bool IsBuildpack(string directory) => Path.Exists(Path.Combine(directory, "buildpack.toml"));

    private static bool IsExtension(string directory) => !IsBuildpack(directory) && File.Exists(Path.Combine(directory, "extension.toml"));

    private static bool IsLayout(string directory) => !IsBuildpack(directory) && File.Exists(Path.Combine(directory, LayoutFile));
}
