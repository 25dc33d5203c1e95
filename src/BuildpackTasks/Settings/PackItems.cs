using BuildpackTasks.DotNet;
using Microsoft.Build.Framework;
using NuGet.Versioning;

namespace BuildpackTasks;

/// <summary>Turns the items that say where NuGet has packs into values.</summary>
internal static class PackItems
{
    /// <summary>The pack of an <c>_ImageResolvedPack</c> item.</summary>
    /// <param name="item">The item; metadata <c>Version</c> and <c>PackageDirectory</c>.</param>
    public static ResolvedPack Resolved(ITaskItem item) =>
        new(new RequiredPack(item.ItemSpec, NuGetVersion.Parse(item.GetMetadata("Version"))), item.GetMetadata("PackageDirectory"));
}
