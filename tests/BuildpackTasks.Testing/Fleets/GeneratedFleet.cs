using System.Globalization;

namespace BuildpackTasks.Testing;

/// <summary>
/// Images as a buildpacks lifecycle makes them, thousands of them in seconds: on one run image with one layer, with a layer that all have
/// in common and an app layer of their own. They run: the app prints the run image's <c>/etc/os-release</c> and its own number. What is
/// written is the registry's own storage, which is many times faster than to push them.
/// </summary>
public sealed class GeneratedFleet
{
    /// <summary>The run image's repository.</summary>
    public const string RunRepository = "os/base";

    /// <summary>The run image's tag.</summary>
    public const string RunTag = "stable";

    /// <summary>The tag of images that have a repository each.</summary>
    public const string Tag = "1";

    private readonly RegistryServer registry;
    private readonly RegistryStorage storage;
    private readonly FleetShape shape;

    private GeneratedFleet(RegistryServer registry, FleetShape shape)
    {
        this.registry = registry;
        this.shape = shape;
        storage = new RegistryStorage(registry.Root);
    }

    /// <summary>The run image: <c>HOST/os/base:stable</c>.</summary>
    public string RunImage => $"{registry.Host}/{RunRepository}:{RunTag}";

    /// <summary>The images' repositories and tags.</summary>
    public IReadOnlyList<(string Repository, string Tag)> Images => [.. Enumerable.Range(0, shape.Images).Select(Place)];

    /// <summary>The images' names.</summary>
    public IReadOnlyList<string> Names => [.. Images.Select(image => $"{registry.Host}/{image.Repository}:{image.Tag}")];

    /// <summary>The digests of the layer that all images have in common, and of each one's own.</summary>
    public IReadOnlyList<string> AppLayers { get; private set; } = [];

    /// <summary>The layer that all images have in common.</summary>
    public string SharedLayer { get; private set; } = "";

    /// <summary>Makes a fleet on the first version of its run image.</summary>
    public static GeneratedFleet Create(RegistryServer registry, FleetShape shape)
    {
        var fleet = new GeneratedFleet(registry, shape);
        (FleetLayer runLayer, string runDigest) = fleet.PushRunImage(1);
        FleetLayer shared = FleetLayer.Create(("opt/shared/data", [.. Enumerable.Range(0, 2000).Select(static i => (byte)i)]));
        fleet.SharedLayer = shared.Digest;
        var apps = new string[shape.Images];
        Parallel.For(0, shape.Images, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            (string repository, string tag) = Place(shape, i);
            FleetLayer app = FleetLayer.Create(("app/run", TinyProgram.Create($"app {i}\n")));
            apps[i] = app.Digest;
            fleet.storage.Write(repository, tag, FleetImageJson.App(fleet.RunImage, $"{registry.Host}/{RunRepository}@{runDigest}", runLayer, shared, app), [runLayer, shared, app]);
        });
        fleet.AppLayers = apps;
        return fleet;
    }

    /// <summary>Gives the run image's tag to another version of it, which says so in its <c>/etc/os-release</c> and package records.</summary>
    /// <param name="version">The version, from 1.</param>
    /// <returns>The digest of its layer.</returns>
    public string MoveRunImage(int version) => PushRunImage(version).Layer.Digest;

    private (FleetLayer Layer, string Digest) PushRunImage(int version)
    {
        string number = version.ToString(CultureInfo.InvariantCulture);
        byte[] padding = new byte[shape.RunImageBytes];
        new Random(version).NextBytes(padding);
        FleetLayer layer = FleetLayer.Create(
            ("etc/os-release", FleetImageJson.OsRelease(number)),
            ("usr/share/padding", padding),
            ("var/lib/dpkg/status", FleetImageJson.DpkgStatus(number)));
        return (layer, storage.Write(RunRepository, RunTag, FleetImageJson.Run(number, layer), [layer]));
    }

    private (string Repository, string Tag) Place(int i) => Place(shape, i);

    private static (string Repository, string Tag) Place(FleetShape shape, int i)
    {
        string number = i.ToString("00000", CultureInfo.InvariantCulture);
        return shape.Repository is { } repository ? (repository, $"v{number}") : ($"{shape.Prefix}/app{number}", Tag);
    }
}
