using NuGet.Versioning;

namespace BuildpackTasks.DotNet;

/// <summary>What the build says of the app that it published.</summary>
public sealed record PublishedProject
{
    /// <summary>The name of the app's assembly without extension, which is its apphost's too: <c>Web</c>.</summary>
    public required string AssemblyName { get; init; }

    /// <summary>The file name of the app's assembly: <c>Web.dll</c>.</summary>
    public required string TargetFileName { get; init; }

    /// <summary>What the image runs on; an app that is published for any platform has none of its own, the image has.</summary>
    public required RuntimeIdentifier RuntimeIdentifier { get; init; }

    /// <summary>The platform that the target framework names, such as <c>windows</c> of <c>net10.0-windows</c>; empty for none.</summary>
    public string TargetPlatform { get; init; } = "";

    /// <summary>Whether .NET itself is published with the app.</summary>
    public bool IsSelfContained { get; init; }

    /// <summary>Whether everything is bundled in one file.</summary>
    public bool IsSingleFile { get; init; }

    /// <summary>Whether the app is compiled to native code ahead of time and needs no runtime.</summary>
    public bool IsNativeAot { get; init; }

    /// <summary>Whether the app does without ICU (<c>InvariantGlobalization</c>).</summary>
    public bool UsesInvariantGlobalization { get; init; }

    /// <summary>
    /// The build's own <c>runtimeconfig.json</c>, as an absolute path: it stands in where the publish directory has none because
    /// it is in the bundle. Null where there is none.
    /// </summary>
    public string? RuntimeConfigPath { get; init; }

    /// <summary>What the build knows about the published files, in its order; a path may be there twice.</summary>
    public IReadOnlyList<PublishedFile> Files { get; init; } = [];

    /// <summary>The newest patches that the SDK knows, by framework and .NET version (<c>LatestRuntimeFrameworkVersion</c>).</summary>
    public IReadOnlyList<KnownRuntime> KnownRuntimes { get; init; } = [];

    /// <summary>The runtime that the user wants in the runtime layer (<c>DotNetRuntimeVersion</c>), or null.</summary>
    public NuGetVersion? RuntimeVersion { get; init; }

    /// <summary>The environment that the user gives the image (<c>ContainerEnvironmentVariable</c>), by name.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
}
