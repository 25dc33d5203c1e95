using BuildpackTasks.Lifecycle;
using NuGet.Versioning;

namespace BuildpackTasks.DotNet;

/// <summary>
/// The .NET that a run image has. Microsoft's images say it in their environment: <c>DOTNET_VERSION</c> in those of the runtime
/// and all that build on them, <c>ASPNET_VERSION</c> in those of ASP.NET Core; <c>runtime-deps</c> has neither.
/// </summary>
/// <param name="Version">The version of <c>Microsoft.NETCore.App</c>.</param>
/// <param name="AspNetCoreVersion">The version of <c>Microsoft.AspNetCore.App</c>, or null where it is not there.</param>
internal sealed record RunImageRuntime(NuGetVersion Version, NuGetVersion? AspNetCoreVersion)
{
    /// <summary>The .NET of a run image, or null where it has none.</summary>
    public static RunImageRuntime? Of(RunImageFacts runImage)
    {
        NuGetVersion? aspNetCore = Read(runImage, "ASPNET_VERSION");
        return Read(runImage, "DOTNET_VERSION") is { } version ? new RunImageRuntime(version, aspNetCore) : null;
    }

    /// <summary>Checks that an app finds what it needs.</summary>
    /// <exception cref="DotNetException">BPT3011: it does not.</exception>
    public void Require(PublishedApp app)
    {
        foreach (FrameworkReference reference in app.Frameworks)
        {
            NuGetVersion? present = reference.Name switch
            {
                FrameworkReference.NetCoreApp => Version,
                FrameworkReference.AspNetCoreApp => AspNetCoreVersion,
                _ => null,
            };
            if (present is null) throw DotNetErrors.RunImageLacksFramework(reference, Version);
            if (RuntimeVersions.Resolve(reference, [present]) is null) throw DotNetErrors.RunImageHasOtherRuntime(reference, present);
        }
    }

    private static NuGetVersion? Read(RunImageFacts runImage, string name) =>
        runImage.Environment.TryGetValue(name, out string? text) && NuGetVersion.TryParse(text, out NuGetVersion? version) ? version : null;
}
