using NuGet.Versioning;

namespace BuildpackTasks.DotNet;

/// <summary>A shared framework that an app needs (<c>runtimeconfig.json</c>, <c>frameworks</c>).</summary>
/// <param name="Name">The framework's name: <c>Microsoft.NETCore.App</c>.</param>
/// <param name="Version">The lowest version that serves.</param>
/// <param name="RollForward">Which other versions serve.</param>
public sealed record FrameworkReference(string Name, NuGetVersion Version, RollForward RollForward = RollForward.Minor)
{
    /// <summary>The framework that every app needs.</summary>
    public const string NetCoreApp = "Microsoft.NETCore.App";

    /// <summary>The framework of web apps.</summary>
    public const string AspNetCoreApp = "Microsoft.AspNetCore.App";

    /// <summary>The text <c>Microsoft.NETCore.App 10.0.0</c>.</summary>
    public override string ToString() => $"{Name} {Version}";
}
