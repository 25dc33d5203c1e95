using NuGet.Versioning;

namespace BuildpackTasks.DotNet;

/// <summary>What the build knows about one published file. A file that it knows nothing of belongs to the app.</summary>
/// <param name="Path">The path in the publish directory, <c>/</c>-separated.</param>
public sealed record PublishedFile(string Path)
{
    /// <summary>The path in the publish directory, <c>/</c>-separated.</summary>
    public string Path { get; } = Path.Replace('\\', '/');

    /// <summary>The id of the NuGet package that the file comes from, or null.</summary>
    public string? PackageId { get; init; }

    /// <summary>The version of that package, or null.</summary>
    public NuGetVersion? PackageVersion { get; init; }

    /// <summary>Whether the package is a runtime pack: the file is a part of .NET, published with a self-contained app.</summary>
    public bool IsRuntimePack { get; init; }

    /// <summary>Whether another project's build made the file.</summary>
    public bool IsProjectReference { get; init; }

    /// <summary>Whether the file is served over HTTP as it is.</summary>
    public bool IsStaticWebAsset { get; init; }

    /// <summary>
    /// Whether trimming or composite compilation wrote the file for this app alone: it changes with what the app uses, not only
    /// with its package.
    /// </summary>
    public bool IsTransformed { get; init; }
}
