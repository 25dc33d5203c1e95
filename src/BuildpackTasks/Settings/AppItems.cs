using BuildpackTasks.DotNet;
using Microsoft.Build.Framework;
using NuGet.Versioning;

namespace BuildpackTasks;

/// <summary>Turns the items that describe the published app into values.</summary>
internal static class AppItems
{
    /// <summary>The project, as the item <c>_ImageApp</c> describes it.</summary>
    /// <param name="app">The item.</param>
    /// <param name="files">The <c>_ImageFile</c> items: what the build knows about each published file.</param>
    /// <param name="knownFrameworks">The SDK's <c>KnownFrameworkReference</c> items.</param>
    /// <param name="environment">The <c>ContainerEnvironmentVariable</c> items.</param>
    /// <exception cref="Oci.CodedException">A value is not one.</exception>
    public static PublishedProject Project(ITaskItem app, ITaskItem[] files, ITaskItem[] knownFrameworks, ITaskItem[] environment) => new()
    {
        AssemblyName = app.ItemSpec,
        TargetFileName = app.GetMetadata("TargetFileName"),
        RuntimeIdentifier = RuntimeIdentifier.Parse(app.GetMetadata("RuntimeIdentifier")),
        TargetPlatform = app.GetMetadata("TargetPlatform"),
        IsSelfContained = app.IsTrue("IsSelfContained"),
        IsSingleFile = app.IsTrue("IsSingleFile"),
        IsNativeAot = app.IsTrue("IsNativeAot"),
        UsesInvariantGlobalization = app.IsTrue("UsesInvariantGlobalization"),
        RuntimeConfigPath = app.Value("RuntimeConfigPath"),
        RuntimeVersion = app.Value("RuntimeVersion") is { } runtime ? RuntimeVersion(runtime) : null,
        Files = [.. files.Select(File)],
        KnownRuntimes = KnownRuntimes(knownFrameworks),
        Environment = environment.ToValues(),
    };

    /// <summary>The newest patches of .NET that the SDK knows.</summary>
    /// <param name="knownFrameworks">The SDK's <c>KnownFrameworkReference</c> items.</param>
    public static IReadOnlyList<KnownRuntime> KnownRuntimes(ITaskItem[] knownFrameworks) => [.. knownFrameworks.Select(Known).OfType<KnownRuntime>()];

    /// <summary>Reads <c>DotNetRuntimeVersion</c>.</summary>
    /// <param name="text">The property's value.</param>
    /// <exception cref="Oci.CodedException">BPT5014: it is no version.</exception>
    public static NuGetVersion RuntimeVersion(string text) =>
        NuGetVersion.TryParse(text, out NuGetVersion? version)
            ? version
            : throw TaskErrors.BadValue("DotNetRuntimeVersion", text, "a version of the .NET runtime, such as 10.0.12");

    private static PublishedFile File(ITaskItem item) => new(item.ItemSpec)
    {
        PackageId = item.Value("NuGetPackageId"),
        PackageVersion = NuGetVersion.TryParse(item.GetMetadata("NuGetPackageVersion"), out NuGetVersion? version) ? version : null,
        IsRuntimePack = item.IsTrue("IsRuntimePack"),
        IsProjectReference = item.IsTrue("IsProjectReference"),
        IsStaticWebAsset = item.IsTrue("IsStaticWebAsset"),
        IsTransformed = item.IsTrue("IsTransformed"),
    };

    private static KnownRuntime? Known(ITaskItem item) =>
        item.Value("RuntimeFrameworkName") is { } name && NuGetVersion.TryParse(item.GetMetadata("LatestRuntimeFrameworkVersion"), out NuGetVersion? version)
            ? new KnownRuntime(name, version)
            : null;
}
