using BuildpackTasks.Lifecycle;
using BuildpackTasks.Oci;
using NuGet.Versioning;

namespace BuildpackTasks.DotNet;

/// <summary>
/// Lays the files of a runtime pack out where the .NET host looks for a shared framework (host documentation, "install layout"):
/// <c>host/fxr/VERSION/libhostfxr.so</c> and <c>shared/NAME/VERSION/*</c> below the installation's root.
/// </summary>
internal static class RuntimeLayers
{
    /// <summary>Where .NET is in the image: where an apphost looks when nothing tells it otherwise.</summary>
    public const string Root = "/usr/share/dotnet";

    /// <summary>The names of the layers.</summary>
    public const string NetCoreLayer = "dotnet-runtime", AspNetCoreLayer = "dotnet-runtime-aspnetcore";

    /// <summary>What is noted of a layer: the pack, its version, whether the other collectors are in it, and what the app needs.</summary>
    public const string PackKey = "pack", VersionKey = "version", CollectorsKey = "standalone-collectors", RequiresKey = "requires";

    // Counts up whenever the same pack gives other entries than before.
    private const int RulesVersion = 1;

    private const string HostResolver = "libhostfxr.so";

    // Nothing that runs an app needs these: they write and read dumps, attach debuggers and trace with LTTng, whose library a
    // run image does not have. Event tracing (dotnet-counters, dotnet-trace, dotnet-gcdump) works without.
    private static readonly HashSet<string> Diagnostics = ["createdump", "libmscordaccore.so", "libmscordbi.so", "libcoreclrtraceptprovider.so"];

    // Other garbage collectors, loaded only where the app's settings name one.
    private static readonly HashSet<string> StandaloneCollectors = ["libclrgc.so", "libclrgcexp.so"];

    /// <summary>The layer with the framework of a pack.</summary>
    /// <param name="required">The pack.</param>
    /// <param name="pack">Where it is; null where the layer is known by its fingerprint.</param>
    /// <param name="identifier">What the pack is for.</param>
    /// <param name="withStandaloneCollectors">Whether the app may load another garbage collector.</param>
    /// <param name="requires">What the app needs, noted in the layer that every app has; null where nobody knows.</param>
    /// <exception cref="DotNetException">BPT3015: the directory does not hold the framework.</exception>
    public static BuildpackLayer Create(RequiredPack required, ResolvedPack? pack, RuntimeIdentifier identifier, bool withStandaloneCollectors, IReadOnlyList<FrameworkReference>? requires)
    {
        string framework = required.Id[..required.Id.IndexOf(".Runtime.", StringComparison.Ordinal)];
        var metadata = new Dictionary<string, object> { [PackKey] = required.Id, [VersionKey] = required.Version.ToString(), [CollectorsKey] = withStandaloneCollectors };
        if (framework == FrameworkReference.NetCoreApp && requires is not null) metadata[RequiresKey] = FrameworkNotes.OfRequired(requires);
        return new BuildpackLayer
        {
            // Layers of one buildpack are in the order of their names: the base framework, which more apps share, is the lower one.
            Name = LayerName.Parse(framework == FrameworkReference.NetCoreApp ? NetCoreLayer : AspNetCoreLayer),
            Fingerprint = Fingerprint(required, identifier, withStandaloneCollectors),
            Entries = pack is null ? null : Entries(framework, pack, identifier, withStandaloneCollectors),
            Metadata = metadata,
        };
    }

    /// <summary>What decides the layer of a pack. A package is what its id and version say: NuGet has no second one by the same name.</summary>
    /// <param name="pack">The pack.</param>
    /// <param name="identifier">What it is for.</param>
    /// <param name="withStandaloneCollectors">Whether the app may load another garbage collector.</param>
    public static Digest Fingerprint(RequiredPack pack, RuntimeIdentifier identifier, bool withStandaloneCollectors) =>
        LayerFingerprint.OfInputs($"dotnet runtime layer {RulesVersion}\n{pack.Id} {pack.Version.ToNormalizedString()}\n{identifier}\n{withStandaloneCollectors}", LayerCompression.Smallest);

    private static List<LayerEntry> Entries(string framework, ResolvedPack pack, RuntimeIdentifier identifier, bool withStandaloneCollectors)
    {
        NuGetVersion version = pack.Pack.Version;
        string root = Root.TrimStart('/');
        string shared = $"{root}/shared/{framework}/{version}";
        var entries = new List<LayerEntry>();
        foreach (string file in Files(pack, identifier))
        {
            string name = Path.GetFileName(file);
            if (Diagnostics.Contains(name) || (StandaloneCollectors.Contains(name) && !withStandaloneCollectors)) continue;
            string path = name == HostResolver ? $"{root}/host/fxr/{version}/{name}" : $"{shared}/{name}";
            entries.Add(LayerEntry.ForFile(path, FileContent.FromFile(file)));
        }

        // The host takes a directory for a framework by its deps.json, and finds the framework below it by its runtimeconfig.json.
        bool isWhole = entries.Exists(entry => entry.Path == $"{shared}/{framework}.deps.json")
            && entries.Exists(entry => entry.Path == $"{shared}/{framework}.runtimeconfig.json")
            && (framework != FrameworkReference.NetCoreApp || (
                entries.Exists(entry => entry.Path == $"{root}/host/fxr/{version}/{HostResolver}")
                && entries.Exists(entry => entry.Path == $"{shared}/libhostpolicy.so")
                && entries.Exists(entry => entry.Path == $"{shared}/libcoreclr.so")));
        return isWhole ? entries : throw DotNetErrors.MalformedPack(pack);
    }

    private static string[] Files(ResolvedPack pack, RuntimeIdentifier identifier)
    {
        string assets = Path.Combine(pack.Directory, "runtimes", identifier.ToString());
        try
        {
            string[] libraries = Directory.GetDirectories(Path.Combine(assets, "lib"));
            string native = Path.Combine(assets, "native");
            string[] files =
            [
                .. libraries.Length == 1 ? Directory.GetFiles(libraries[0]) : throw DotNetErrors.MalformedPack(pack),
                .. Directory.Exists(native) ? Directory.GetFiles(native) : [],
                // .NET is passed on with its license and the notices of what it contains.
                .. Directory.GetFiles(pack.Directory).Where(static file => Path.GetFileNameWithoutExtension(file).ToUpperInvariant() is "LICENSE" or "THIRD-PARTY-NOTICES"),
            ];
            return files;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw DotNetErrors.MalformedPack(pack, e);
        }
    }
}
