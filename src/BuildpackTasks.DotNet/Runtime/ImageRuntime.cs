using BuildpackTasks.Lifecycle;
using NuGet.Versioning;

namespace BuildpackTasks.DotNet;

/// <summary>The .NET that <see cref="DotNetRuntimeBuildpack"/> put into an image, as the image's metadata has it.</summary>
public sealed record ImageRuntime
{
    private ImageRuntime(RuntimeIdentifier identifier, IReadOnlyList<KnownRuntime> frameworks, IReadOnlyList<FrameworkReference>? requires, bool hasStandaloneCollectors)
    {
        Identifier = identifier;
        Frameworks = frameworks;
        Requires = requires;
        HasStandaloneCollectors = hasStandaloneCollectors;
    }

    /// <summary>What it is for.</summary>
    public RuntimeIdentifier Identifier { get; }

    /// <summary>The shared frameworks, the base framework first.</summary>
    public IReadOnlyList<KnownRuntime> Frameworks { get; }

    /// <summary>What the app needs; null in images of versions of this package that did not note it.</summary>
    public IReadOnlyList<FrameworkReference>? Requires { get; }

    /// <summary>Whether the other garbage collectors are in it.</summary>
    public bool HasStandaloneCollectors { get; }

    /// <summary>The version of the base framework.</summary>
    public NuGetVersion Version => Frameworks[0].Version;

    /// <summary>Reads what an image says.</summary>
    /// <param name="image">The image.</param>
    /// <returns>The runtime, or null where the image has no runtime layer of this package.</returns>
    /// <exception cref="DotNetException">BPT3024: what it says cannot be, or does not go together.</exception>
    public static ImageRuntime? Of(BuildpacksImage image)
    {
        IReadOnlyDictionary<string, LayerMetadata>? layers = image.Metadata.Buildpacks.FirstOrDefault(static buildpack => buildpack.Id == DotNetRuntimeBuildpack.Id)?.Layers;
        if (layers is null || layers.Count == 0) return null;
        if (!layers.TryGetValue(RuntimeLayers.NetCoreLayer, out LayerMetadata? netCore)) throw DotNetErrors.MalformedRuntimeNote(image.Name, $"it has no layer '{RuntimeLayers.NetCoreLayer}'");

        (RuntimeIdentifier identifier, KnownRuntime first) = Read(image, FrameworkReference.NetCoreApp, netCore);
        var frameworks = new List<KnownRuntime> { first };
        if (layers.TryGetValue(RuntimeLayers.AspNetCoreLayer, out LayerMetadata? aspNetCore))
        {
            (RuntimeIdentifier other, KnownRuntime second) = Read(image, FrameworkReference.AspNetCoreApp, aspNetCore);
            if (other != identifier) throw DotNetErrors.MalformedRuntimeNote(image.Name, $"its frameworks are for {identifier} and for {other}");
            // ASP.NET Core runs on the base framework of its own version and later patches of that.
            if (!RuntimeVersions.Serves(new FrameworkReference(first.Framework, second.Version, RollForward.LatestPatch), first.Version))
                throw DotNetErrors.MalformedRuntimeNote(image.Name, $"ASP.NET Core {second.Version} does not run on its .NET {first.Version}");
            frameworks.Add(second);
        }
        if (identifier.Platform is { } platform && (platform.Os != image.Image.Config.Platform.Os || platform.Architecture != image.Image.Config.Platform.Architecture))
            throw DotNetErrors.MalformedRuntimeNote(image.Name, $"its .NET is for {identifier}, and the image is for {image.Image.Config.Platform}");
        return new ImageRuntime(identifier, frameworks, FrameworkNotes.TryRead(netCore.Data.GetValueOrDefault(RuntimeLayers.RequiresKey)), StandaloneCollectors(identifier, first, netCore));
    }

    /// <summary>The version, or both where they are not the same: <c>10.0.13 (ASP.NET Core 10.0.12)</c>.</summary>
    public override string ToString() => Describe(Frameworks);

    /// <summary>What messages call a set of frameworks.</summary>
    internal static string Describe(IReadOnlyList<KnownRuntime> frameworks) =>
        frameworks is [var netCore, var aspNetCore] && netCore.Version != aspNetCore.Version
            ? $"{netCore.Version} (ASP.NET Core {aspNetCore.Version})"
            : frameworks[0].Version.ToString();

    // What the metadata says becomes the name of a package that is fetched: it has to be that of a runtime pack for Linux.
    private static (RuntimeIdentifier Identifier, KnownRuntime Framework) Read(BuildpacksImage image, string framework, LayerMetadata layer)
    {
        if (image.IndexOf(layer.Sha) < 0) throw DotNetErrors.MalformedRuntimeNote(image.Name, $"the image does not have the layer with its {framework}");
        string prefix = $"{framework}.Runtime.";
        if (layer.Data.GetValueOrDefault(RuntimeLayers.PackKey) is not string pack || !pack.StartsWith(prefix, StringComparison.Ordinal)
            || !RuntimeIdentifier.TryParse(pack[prefix.Length..], out RuntimeIdentifier? identifier) || identifier.OperatingSystem != "linux"
            || RequiredPack.Runtime(framework, identifier, new NuGetVersion(0, 0, 0)).Id != pack)
        {
            throw DotNetErrors.MalformedRuntimeNote(image.Name, $"it does not name the runtime pack of its {framework}");
        }
        return NuGetVersion.TryParse(layer.Data.GetValueOrDefault(RuntimeLayers.VersionKey) as string, out NuGetVersion? version)
            ? (identifier, new KnownRuntime(framework, version))
            : throw DotNetErrors.MalformedRuntimeNote(image.Name, $"it does not say the version of its {framework}");
    }

    // Images of earlier versions of this package do not note it, but their fingerprint was made of it.
    private static bool StandaloneCollectors(RuntimeIdentifier identifier, KnownRuntime netCore, LayerMetadata layer) =>
        layer.Data.GetValueOrDefault(RuntimeLayers.CollectorsKey) as bool?
        ?? (layer.Stored?.Fingerprint == RuntimeLayers.Fingerprint(RequiredPack.Runtime(netCore.Framework, identifier, netCore.Version), identifier, withStandaloneCollectors: true));
}
