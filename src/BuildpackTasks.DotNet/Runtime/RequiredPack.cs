using NuGet.Versioning;

namespace BuildpackTasks.DotNet;

/// <summary>A NuGet package with a part of .NET that the image needs: a runtime pack or an apphost pack.</summary>
/// <param name="Id">The package's id: <c>Microsoft.NETCore.App.Runtime.linux-x64</c>.</param>
/// <param name="Version">The exact version.</param>
public sealed record RequiredPack(string Id, NuGetVersion Version)
{
    /// <summary>The pack of a shared framework.</summary>
    /// <param name="framework">The framework's name.</param>
    /// <param name="identifier">What it runs on.</param>
    /// <param name="version">Its version.</param>
    public static RequiredPack Runtime(string framework, RuntimeIdentifier identifier, NuGetVersion version) => new($"{framework}.Runtime.{identifier}", version);

    /// <summary>The pack with the apphost that starts framework-dependent apps.</summary>
    /// <param name="identifier">What it runs on.</param>
    /// <param name="version">Its version.</param>
    public static RequiredPack AppHost(RuntimeIdentifier identifier, NuGetVersion version) => new($"{FrameworkReference.NetCoreApp}.Host.{identifier}", version);

    /// <summary>The text <c>Microsoft.NETCore.App.Runtime.linux-x64 10.0.12</c>.</summary>
    public override string ToString() => $"{Id} {Version}";
}
